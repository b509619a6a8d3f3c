"""What is to be remembered of a training."""

import numpy as np

from ..trainers.recipe import kept_share


def training_record(history, simulations: int, seconds: float, seed: int | None = None) -> dict:
    """Budget, length and result of a training, for a `ModelCard`.

    Parameters
    ----------
    history : pandas.DataFrame or dict of pandas.DataFrame
        What a Trainer's ``train_*`` returned.
    simulations : int
        Budget, those held out included.
    seconds : float
        Wall time of the training.
    seed : int, optional

    Returns
    -------
    dict
        ``simulations``, ``seconds``, ``seed``; with validation ``epochs`` that were trained,
        ``best_epoch`` (from 1) and ``best_validation_loss``, in nats per simulation; without it
        ``iterations``. After `Trainer.train_with_likelihood` also ``resimulated_share``.
    """
    record = {"simulations": int(simulations), "seconds": round(float(seconds), 1), "seed": seed}
    if not isinstance(history, dict):
        return record | {"iterations": len(history)}
    if "shares" in history:
        record["resimulated_share"] = kept_share(history)
    losses = history["val_losses"]["Loss"].to_numpy()
    best = int(np.argmin(losses))
    return record | {
        "epochs": len(losses),
        "best_epoch": best + 1,
        "best_validation_loss": float(losses[best]),
    }
