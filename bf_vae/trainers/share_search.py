"""One training for each share of data that a likelihood simulates; the best one is kept."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd

from ..amortizers.cp_vae_likelihood_amortizer import CPVAELikelihoodAmortizer
from ..amortizers.dequantization import is_whole
from ..amortizers.inputs import DIRECT_KEY
from .regimes import OfflineSimulations, Resimulation
from .regimes.regime import num_rows
from .regimes.resimulation import data_key

# A likelihood's network is deeper than a posterior's and learns from more numbers per simulation.
LIKELIHOOD_EPOCHS, LIKELIHOOD_LR = 100, 5e-3
# For training with a likelihood unasked.
MOST_FEATURES = 32


class ShareSearch:
    """Trains an amortizer once for each share and keeps the weights that validate best.

    Parameters
    ----------
    trainer : Trainer
        Of a built amortizer, whose weights all trainings start from.
    inputs, held_out : dict of np.ndarray
        Simulations to train on and to validate with, as the amortizer takes them.
    likelihood : CPVAELikelihoodAmortizer, optional
        Trained when it is first needed, unless it is adapted. Default: made then, for counts if all
        data are whole numbers.
    epochs, batch_size : int
    options : TrainingOptions
    """

    def __init__(self, trainer, inputs, held_out, likelihood, epochs, batch_size, options):
        self.trainer, self.amortizer = trainer, trainer.amortizer
        self.inputs, self.held_out = inputs, held_out
        self.likelihood = likelihood
        self.epochs, self.batch_size, self.options = epochs, batch_size, options
        self._start = self.amortizer.get_weights()
        self._best_weights, self._best_losses = None, None
        self._rows: list[dict] = []

    def run(self, shares, least_overfitting=None) -> dict:
        """`Trainer.train_with_likelihood` documents the arguments and the result."""
        unasked = least_overfitting is not None
        if any(shares) and not (unasked or self._has_vectors):
            shapes = {k: v.shape for k, v in self.inputs.items()}
            raise ValueError(
                "A likelihood simulates one vector of data for each simulation: sets, series and "
                f"direct conditions it cannot; got {shapes}. Train with train_offline."
            )
        # What an earlier training was, and its optimizer, do not count.
        self.trainer.interrupted, self.trainer.optimizer = False, None
        # What is trained already must not get lost.
        try:
            for share in shares:
                self._train(share)
                if self.trainer.interrupted:
                    break
                may_stop = unasked and not share and len(self._rows) < len(shares)
                if may_stop and not self._is_worth_new_data(least_overfitting):
                    break
        except KeyboardInterrupt:
            if not self._rows:
                raise
            self.trainer.interrupted = True
        except FloatingPointError as error:
            if not (unasked and self._rows):
                raise
            warnings.warn(f"Trained without a learned likelihood: {error}", stacklevel=3)
        finally:
            if self._rows:
                self.amortizer.set_weights(self._best_weights)
                self.trainer.loss_history = self._best_losses
        return {**self._best_losses.get_plottable(), "shares": pd.DataFrame(self._rows)}

    def _train(self, share) -> None:
        """Train, and note how it went; a KeyboardInterrupt where Ctrl-C left no losses."""
        sizes = self.inputs, self.epochs, self.batch_size
        if share:
            self._prepare_likelihood()
            if self.trainer.interrupted:
                raise KeyboardInterrupt
            regime = Resimulation(*sizes, self.likelihood, share, self._features_read)
        else:
            regime = OfflineSimulations(*sizes)
        self.amortizer.set_weights(self._start)
        history = self.trainer.train_regime(regime, self.options, self.held_out)
        if not self.trainer.loss_history.validation:
            raise KeyboardInterrupt
        self._compare(share, history["val_losses"]["Loss"])

    def _compare(self, share, losses):
        row = {"share": share, "validation_loss": losses.min(), "epochs": len(losses)}
        if all(row["validation_loss"] < r["validation_loss"] for r in self._rows):
            self._best_weights = self.amortizer.get_weights()
            self._best_losses = self.trainer.loss_history
        self._rows.append(row)

    def _is_worth_new_data(self, least_overfitting) -> bool:
        """Whether the amortizer overfits so much, and a likelihood learns the data soon enough."""
        if not self._has_vectors or len(self._features_read) > MOST_FEATURES:
            return False
        trained = {k: v[: num_rows(self.held_out)] for k, v in self.inputs.items()}
        loss = float(self.amortizer.compute_losses(trained, seed=0)["loss"])
        return self._rows[-1]["validation_loss"] - loss >= least_overfitting

    @property
    def _has_vectors(self) -> bool:
        """Whether the data are one vector for each simulation."""
        return len(self.inputs) == 2 and DIRECT_KEY not in self.inputs and self._data.ndim == 2

    @property
    def _data(self):
        return np.asarray(self.inputs[data_key(self.inputs)])

    @property
    def _features_read(self):
        """Columns of the data that the amortizer does not leave out."""
        left_out = getattr(self.amortizer, "features_left_out", [])
        return np.setdiff1d(np.arange(self._data.shape[-1]), left_out)

    def _read(self, inputs):
        """Parameters and those features of the data that the amortizer reads."""
        y = inputs[data_key(inputs)][:, self._features_read]
        return {"parameters": inputs["parameters"], "observables": y}

    def _prepare_likelihood(self):
        if self.likelihood is None:
            counts = is_whole(self._data[:, self._features_read])
            self.likelihood = CPVAELikelihoodAmortizer(counts=counts, seed=self.trainer.seed)
        if not self.likelihood.is_adapted:
            self._train_likelihood()

    def _train_likelihood(self):
        trainer = type(self.trainer)(
            self.likelihood, default_lr=LIKELIHOOD_LR, seed=self.trainer.seed,
            jit_compile=self.trainer.jit_compile, progress_bar=self.trainer.progress_bar,
        )  # fmt: skip
        read, validation = map(self._read, (self.inputs, self.held_out))
        self.likelihood.adapt(read)
        regime = OfflineSimulations(read, LIKELIHOOD_EPOCHS, self.batch_size)
        trainer.train_regime(regime, replace(self.options, early_stopping_args={}), validation)
        self.trainer.interrupted = trainer.interrupted
