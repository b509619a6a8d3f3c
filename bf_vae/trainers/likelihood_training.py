"""Training with a learned likelihood as a second simulator."""

import pandas as pd

from .regimes import OfflineSimulations, Resimulation
from .training_options import TrainingOptions

# A likelihood's network is deeper than a posterior's and learns from more numbers per simulation.
LIKELIHOOD_EPOCHS, LIKELIHOOD_LR = 100, 5e-3


class LikelihoodTraining:
    """What BayesFlow 1.x's Trainer does not have, for `Trainer`."""

    def train_with_likelihood(
        self, simulations_dict, epochs, batch_size, likelihood, validation_sims=0.1,
        shares=(0.0, 0.5), use_autograph=True, **options,
    ):  # fmt: skip
        """Train on given simulations and on data that a likelihood, learned from them, simulates.

        The amortizer is trained once for each share of new data and keeps the weights with the best
        bound on the held-out simulations, which are always true ones. A likelihood that has not
        been trained yet is trained first, on the same simulations. Writes no checkpoints.

        Parameters
        ----------
        simulations_dict : dict of array-like
            As for `train_offline`; the data one vector per simulation.
        epochs, batch_size : int
        likelihood : CPVAELikelihoodAmortizer
        validation_sims : float, int or dict, optional, default: 0.1
            As for `train_offline`.
        shares : sequence of float, optional, default: (0, 0.5)
            Parts of the data that the likelihood simulates anew in each epoch; 0 is
            `train_offline`.
        use_autograph, **options
            As for `train_offline`.

        Returns
        -------
        dict of pandas.DataFrame
            ``train_losses`` and ``val_losses`` of the kept weights, and ``shares``: validation loss
            and epochs of each share.

        Raises
        ------
        ValueError
            As `train_offline`, and for shares outside [0, 1], or none, or no validation.
        """
        if not shares or not all(0 <= share <= 1 for share in shares):
            raise ValueError(f"shares are numbers in [0, 1], at least one; got {shares}.")
        if validation_sims is None:
            raise ValueError("The share is chosen on held-out simulations: give validation_sims=.")
        options = TrainingOptions(
            False, None, False, True, use_autograph, validation_sims, **options
        )  # fmt: skip
        inputs, held_out = self._split(simulations_dict, options)
        if held_out is None:
            held_out = self._feed.validation(options, [self.seed, 0], self._store(options), {})
        self._feed.prepare(inputs)
        if not likelihood.is_adapted:
            self._train_likelihood(likelihood, inputs, held_out, batch_size)

        start = self.amortizer.get_weights()
        best, rows = None, []
        for share in shares:
            self.amortizer.set_weights(start)
            arguments = inputs, epochs, batch_size
            regime = (
                Resimulation(*arguments, likelihood, share)
                if share
                else OfflineSimulations(*arguments)
            )
            history = self._train(regime, options, held_out)
            losses = history["val_losses"]["Loss"]
            rows.append({"share": share, "validation_loss": losses.min(), "epochs": len(losses)})
            if best is None or losses.min() < best[0]:
                best = losses.min(), self.amortizer.get_weights(), history
        self.amortizer.set_weights(best[1])
        return {**best[2], "shares": pd.DataFrame(rows)}

    def _train_likelihood(self, likelihood, inputs, held_out, batch_size):
        trainer = type(self)(
            likelihood, default_lr=LIKELIHOOD_LR, seed=self.seed, jit_compile=self.jit_compile,
            progress_bar=self.progress_bar,
        )  # fmt: skip
        trainer.train_offline(
            inputs, LIKELIHOOD_EPOCHS, batch_size, validation_sims=held_out, early_stopping=True
        )
