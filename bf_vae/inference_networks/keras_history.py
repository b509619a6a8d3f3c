"""The losses of a training in the form that BayesFlow 2 plots."""

import keras

from ..diagnostics.epoch_means import epoch_means


def keras_history(losses) -> keras.callbacks.History:
    """What ``fit`` would return: mean losses per epoch, those of validation as ``val_...``.

    Parameters
    ----------
    losses : pandas.DataFrame or dict of pandas.DataFrame
        As the Trainer's ``train_*`` return them.
    """
    train, validation = losses, None
    if isinstance(losses, dict):
        train, validation = losses["train_losses"], losses["val_losses"]
    means = epoch_means(train)
    history = keras.callbacks.History()
    history.epoch = list(range(len(means)))
    history.history = {name.lower(): means[name].tolist() for name in means}
    if validation is not None:
        history.history |= {f"val_{k.lower()}": validation[k].tolist() for k in validation}
    return history
