"""Training with a learned likelihood as a second simulator."""

import warnings

import numpy as np
import pandas as pd

from ..amortizers.cp_vae_likelihood_amortizer import CPVAELikelihoodAmortizer
from .regimes import OfflineSimulations, Resimulation
from .regimes.regime import num_rows
from .regimes.resimulation import data_key
from .training_options import TrainingOptions

# A likelihood's network is deeper than a posterior's and learns from more numbers per simulation.
LIKELIHOOD_EPOCHS, LIKELIHOOD_LR = 100, 5e-3
# For training with a likelihood unasked.
MOST_FEATURES = 32


class LikelihoodTraining:
    """What BayesFlow 1.x's Trainer does not have, for `Trainer`."""

    def train_with_likelihood(
        self, simulations_dict, epochs, batch_size, likelihood=None, validation_sims=0.1,
        shares=(0.0, 0.5), use_autograph=True, least_overfitting=None, **options,
    ):  # fmt: skip
        """Train on given simulations and on data that a likelihood, learned from them, simulates.

        The amortizer is trained once for each share of new data and keeps the weights with the best
        bound on the held-out simulations, which are always true ones. A likelihood that has not
        been trained yet is trained when it is first needed, on the same simulations; features of
        the data that the amortizer leaves out are not among what it learns. Ctrl-C ends all
        trainings, and the best weights so far are kept. Writes no checkpoints.

        Parameters
        ----------
        simulations_dict : dict of array-like
            As for `train_offline`; the data one vector per simulation.
        epochs, batch_size : int
        likelihood : CPVAELikelihoodAmortizer, optional
            Default: one for counts, if all data are whole numbers, and otherwise not.
        validation_sims : float, int or dict, optional, default: 0.1
            As for `train_offline`.
        shares : sequence of float, optional, default: (0, 0.5)
            Parts of the data that the likelihood simulates anew in each epoch; 0 is
            `train_offline`.
        least_overfitting : float, optional
            Nats by which held-out simulations must fare worse than those trained on, after a
            training with share 0: otherwise new data have little to mend, and it ends there. So it
            does with more than 32 features of the data, whose likelihood takes long to learn, and
            with data that are not one vector per simulation.
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
        start = self.amortizer.get_weights()
        best, rows = None, []

        def train_on(share):
            """The losses; None where Ctrl-C left none."""
            if not share:
                regime = OfflineSimulations(inputs, epochs, batch_size)
            else:
                columns = self._features_read(inputs)
                if not likelihood.is_adapted:
                    self._train_likelihood(likelihood, inputs, held_out, columns, batch_size)
                    if best and self._interrupted:
                        return None
                regime = Resimulation(inputs, epochs, batch_size, likelihood, share, columns)
            self.amortizer.set_weights(start)
            history = self._train(regime, options, held_out)
            return history if self.loss_history.validation else None

        for share in shares:
            if share and likelihood is None:
                likelihood = self._default_likelihood(inputs)
            try:
                history = train_on(share)
            except FloatingPointError as error:
                if best is None or least_overfitting is None:
                    raise
                # Unasked: what is trained already must not get lost.
                warnings.warn(f"Trained without a learned likelihood: {error}", stacklevel=2)
                break
            if history is None:
                if best is None:
                    raise KeyboardInterrupt
                break
            losses = history["val_losses"]["Loss"]
            rows.append({"share": share, "validation_loss": losses.min(), "epochs": len(losses)})
            if best is None or losses.min() < best[0]:
                best = losses.min(), self.amortizer.get_weights(), history
            if self._interrupted:
                break
            if least_overfitting is not None and not share and len(rows) < len(shares):
                if not self._is_learned_soon(inputs):
                    break
                overfitting = losses.min() - self._loss_on_trained(inputs, num_rows(held_out))
                if overfitting < least_overfitting:
                    break
        self.amortizer.set_weights(best[1])
        return {**best[2], "shares": pd.DataFrame(rows)}

    def _features_read(self, inputs):
        """Columns of the data that the amortizer does not leave out."""
        size = inputs[data_key(inputs)].shape[-1]
        return np.setdiff1d(np.arange(size), getattr(self.amortizer, "features_left_out", []))

    def _is_learned_soon(self, inputs) -> bool:
        """Whether a likelihood learns these inputs in about the time of the training before."""
        is_vector = len(inputs) == 2 and inputs[data_key(inputs)].ndim == 2
        return is_vector and len(self._features_read(inputs)) <= MOST_FEATURES

    def _default_likelihood(self, inputs) -> CPVAELikelihoodAmortizer:
        y = np.asarray(inputs[data_key(inputs)])
        counts = bool(np.all(y == np.round(y)))
        return CPVAELikelihoodAmortizer(counts=counts, seed=self.seed)

    def _loss_on_trained(self, inputs, number) -> float:
        """Loss on so many of the simulations that were trained on, as it is validated."""
        trained = {k: v[:number] for k, v in inputs.items()}
        return float(self.amortizer.compute_losses(trained, seed=0)["loss"])

    def _train_likelihood(self, likelihood, inputs, held_out, columns, batch_size):
        trainer = type(self)(
            likelihood, default_lr=LIKELIHOOD_LR, seed=self.seed, jit_compile=self.jit_compile,
            progress_bar=self.progress_bar,
        )  # fmt: skip
        key = data_key(inputs)
        read, validation = ({**x, key: x[key][:, columns]} for x in (inputs, held_out))
        trainer.train_offline(
            read, LIKELIHOOD_EPOCHS, batch_size, validation_sims=validation, early_stopping=True
        )
        self._interrupted = trainer._interrupted
