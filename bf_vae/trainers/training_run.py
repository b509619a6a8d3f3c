"""One run of training: rounds, epochs, validation, early stopping, checkpoints, resume."""

import time
import warnings

import keras
import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

from .averaged_weights import AveragedWeights
from .checkpointer import Checkpointer, options_of
from .compiled_epoch import CompiledEpoch
from .delayed_interrupt import delayed_interrupt
from .early_stopper import EarlyStopper
from .loss_history import LossHistory
from .regimes.regime import Regime, on_device

# Of a learning-rate schedule, trained also by a run that stops early.
LAST_PART = 0.2


class TrainingRun:
    """Trains an amortizer through all epochs of a regime and keeps what must not get lost.

    Parameters
    ----------
    amortizer : keras.Model
    optimizer : keras.optimizers.Optimizer
    regime : Regime
    settings : dict
        What makes two runs the same, for the checkpoints.
    seed : list of int
        Of the regime's random numbers.
    validation : dict of np.ndarray, optional
        Held-out simulations, as the amortizer takes them.
    early_stopper : EarlyStopper, optional
        Only with ``validation``. Ends a round, and the best weights are restored. Under a schedule,
        the round's last epochs are trained first, from the best weights.
    checkpointer : Checkpointer, optional
    checkpoint_interval : float
        Seconds between two checkpoints. The first epoch and the end always write one.
    jit_compile, progress_bar : bool
    """

    def __init__(
        self,
        amortizer,
        optimizer,
        regime: Regime,
        settings: dict,
        seed: list[int],
        validation: dict | None = None,
        early_stopper: EarlyStopper | None = None,
        checkpointer: Checkpointer | None = None,
        checkpoint_interval: float = 10.0,
        jit_compile: bool = True,
        progress_bar: bool = True,
    ):
        self.amortizer, self.optimizer, self.regime = amortizer, optimizer, regime
        self.settings, self.seed, self.validation = settings, seed, validation
        self.early_stopper, self.checkpointer = early_stopper, checkpointer
        self.checkpoint_interval, self.progress_bar = checkpoint_interval, progress_bar
        self.history = LossHistory()
        self.round, self.epoch = 0, 0  # that come next
        self.best_loss = float("inf")
        self.interrupted = False
        self._stopped = False
        self._between_epochs = False  # else the weights are not those to go on from
        self._saved_at = -float("inf")
        self._compiled = CompiledEpoch(amortizer, optimizer, jit_compile)
        self._best: list[tf.Variable] | None = None

    def resume(self, progress: dict) -> None:
        """Continue the newest checkpoint's run, of which this is the progress."""
        self._make_variables()
        self.history.set_arrays(self.checkpointer.restore(self._variables()))
        self.round, self.epoch = progress["round"], progress["epoch"]
        self._stopped, self.best_loss = progress["stopped"], progress["best_loss"]
        if self.early_stopper and progress["stopper"]:
            self.early_stopper.best, self.early_stopper.waited = progress["stopper"]

    def run(self) -> LossHistory:
        """Train to the end, or until Ctrl-C.

        Raises
        ------
        FloatingPointError
            If the loss does not stay finite.
        """
        try:
            with self._progress_bar() as bar:
                while self.round < self.regime.rounds:
                    self._train_round(bar)
        except KeyboardInterrupt:
            self.interrupted = True
            done = self.round * self.regime.epochs + self.epoch
            total = self.regime.rounds * self.regime.epochs
            warnings.warn(
                f"Training was interrupted after {done} of {total} epochs; the best weights so far "
                "are kept.",
                stacklevel=4,
            )
        finally:
            # Also after a simulator's error. The last weights are written, to go on from them.
            if self._between_epochs:
                self._save()
        if self.interrupted:
            self._restore_best()
        return self.history

    def _train_round(self, bar):
        while self.epoch < self.regime.epochs and not self._stopped:
            data, order = self.regime.epoch(self.seed, self.round, self.epoch)
            self._make_variables()
            with delayed_interrupt():
                self._train_epoch(data, order)
                bar.set_postfix(self._latest_losses(), refresh=False)
                bar.update(self.round * self.regime.epochs + self.epoch - bar.n)
        if self.early_stopper:
            self._restore_best()
            self.early_stopper.reset()
        else:
            self._averages.keep()
        self.round, self.epoch, self._stopped = self.round + 1, 0, False
        self._between_epochs = True

    def _train_epoch(self, data, order):
        self._between_epochs = False
        losses = self._compiled.train(data, order)
        if not np.isfinite(losses["loss"][-1]):
            self._restore_best()
            raise FloatingPointError(
                f"The loss became {losses['loss'][-1]} in epoch {self.epoch + 1}. Lower the "
                "learning rate (default_lr=), or look for outliers of many standard deviations in "
                "the simulations."
            )
        self.history.add_epoch(losses)
        if self.validation is not None:
            with self._averages.used():
                losses = self._compiled.evaluate(self.validation)
                self.history.add_validation(losses)
                self._compare(losses["loss"])
        self.epoch += 1
        if self._stopped:
            self._skip_to_last_part(len(order))
        self._between_epochs = True
        if time.monotonic() - self._saved_at >= self.checkpoint_interval:
            self._save()

    def _compare(self, loss):
        if loss < self.best_loss:
            self.best_loss = loss
            self._keep_best()
        # While the KL term is being warmed up, the bound at its full weight may well get worse.
        if self.early_stopper and not getattr(self.amortizer, "is_warming_up", False):
            self._stopped = self.early_stopper.update_and_recommend(loss)

    def _skip_to_last_part(self, steps_per_epoch: int):
        """Before stopping for good, go back to the best weights and let the learning rate fall.

        A network that overfits stops while its rate is still high, and its weights noisy.
        """
        start = round((1 - LAST_PART) * self.regime.epochs)
        if self.epoch >= start or not self._has_schedule:
            return
        self._restore_best()
        self._averages.restart()
        self.optimizer.iterations.assign_add((start - self.epoch) * steps_per_epoch)
        self.epoch, self._stopped = start, False
        self.early_stopper.waited = 0

    @property
    def _has_schedule(self):
        rate = getattr(self.optimizer, "_learning_rate", None)
        return isinstance(rate, keras.optimizers.schedules.LearningRateSchedule)

    # A graph: dozens of small assignments one by one would take longer than a short epoch.
    @tf.function(autograph=False)
    def _keep_best(self):
        for weight, best in zip(self.amortizer.weights, self._best, strict=True):
            best.assign(weight.value)

    def _restore_best(self):
        if self.best_loss < float("inf"):
            for weight, best in zip(self.amortizer.weights, self._best, strict=True):
                weight.assign(best)

    def _make_variables(self):
        """Create what the first simulations, which build the amortizer, allow to create."""
        if self._best is not None:
            return
        self.optimizer.build(self.amortizer.trainable_weights)
        self._averages = AveragedWeights(self.optimizer, self.amortizer.trainable_weights)
        self._best = []
        if self.validation is not None:
            if hasattr(self.amortizer, "check_simulations"):
                self.amortizer.check_simulations(self.validation)
            self.validation = on_device(self.validation)
            self._best = [tf.Variable(w, trainable=False) for w in self.amortizer.weights]

    def _variables(self):
        return {
            "model": self.amortizer.variables,
            "optimizer": self.optimizer.variables,
            "best": self._best,
        }

    def _save(self):
        if self.checkpointer is None:
            return
        stopper, has_best = self.early_stopper, self.best_loss < float("inf")
        progress = {
            "settings": self.settings,
            "seed": self.seed,
            "round": self.round,
            "epoch": self.epoch,
            "stopped": self._stopped,
            "finished": self.round == self.regime.rounds,
            "best_loss": self.best_loss,
            "keep_best": has_best and (stopper is not None or self.interrupted),
            "stopper": [stopper.best, stopper.waited] if stopper else None,
            "build_config": self.amortizer.get_build_config(),
            "options": options_of(self.amortizer),
        }
        self.checkpointer.save(self._variables(), self.history.to_arrays(), progress)
        self._saved_at = time.monotonic()

    def _progress_bar(self):
        return tqdm(
            total=self.regime.rounds * self.regime.epochs,
            initial=self.round * self.regime.epochs + self.epoch,
            desc="Training",
            unit="epoch",
            disable=not self.progress_bar,
        )

    def _latest_losses(self):
        losses = {"loss": f"{self.history.train[-1]['loss'][-1]:.3f}"}
        if self.history.validation:
            losses["validation"] = f"{self.history.validation[-1]['loss'][-1]:.3f}"
        return losses
