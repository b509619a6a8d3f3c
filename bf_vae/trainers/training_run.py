"""One run of training: rounds, epochs, validation, early stopping, checkpoints, resume."""

import time
import warnings

import numpy as np
from tqdm.auto import tqdm

from .averaged_weights import AveragedWeights
from .checkpointer import Checkpointer
from .compiled_epoch import CompiledEpoch
from .delayed_interrupt import delayed_interrupt
from .early_stopper import EarlyStopper
from .loss_history import LossHistory
from .optimizers import schedule_of
from .regimes.regime import Regime, on_device
from .weight_copy import WeightCopy

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
    jit_compile : bool, optional
        As `CompiledEpoch`'s.
    progress_bar : bool
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
        jit_compile: bool | None = None,
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
        # The best weights so far, or those that the run began with.
        self._kept: WeightCopy | None = None

    def resume(self, progress: dict) -> None:
        """Continue the newest checkpoint's run, of which this is the progress."""
        self._make_variables()
        self.history.set_arrays(self.checkpointer.restore(self._variables()))
        if self.validation is None:
            self._kept.take()
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
            self._interrupt()
        finally:
            # Also after a simulator's error. The last weights are written, to go on from them.
            if self._between_epochs:
                self._save()
        if self.interrupted and self._kept:
            self._kept.restore()
        return self.history

    def _interrupt(self):
        """Choose the weights that remain after Ctrl-C, and say which."""
        self.interrupted = True
        kept = "best weights so far" if self._has_best else "weights of before"
        if self.history.train and not self._has_best:
            with self._averages.used():
                self._kept.take()
            kept = "averages of the weights" if self._averages.has_averages else "last weights"
        done = self.round * self.regime.epochs + self.epoch
        total = self.regime.rounds * self.regime.epochs
        warnings.warn(
            f"Training was interrupted after {done} of {total} epochs; the {kept} are kept.",
            stacklevel=5,
        )

    def _train_round(self, bar):
        while self.epoch < self.regime.epochs and not self._stopped:
            data, order = self.regime.epoch(self.seed, self.round, self.epoch)
            self._make_variables()
            with delayed_interrupt():
                self._train_epoch(data, order)
                bar.set_postfix(self._latest_losses(), refresh=False)
                bar.update(self.round * self.regime.epochs + self.epoch - bar.n)
        if self.early_stopper:
            self._go_back_to_best()
            self.early_stopper.reset()
        else:
            self._averages.keep()
            # The last step's loss is that of the weights before it.
            if not all(np.isfinite(w.numpy()).all() for w in self.amortizer.trainable_weights):
                self._give_up("Weights are no longer finite")
        self.round, self.epoch, self._stopped = self.round + 1, 0, False
        self._between_epochs = True

    def _train_epoch(self, data, order):
        self._between_epochs = False
        losses = self._compiled.train(data, order)
        if not np.isfinite(losses["loss"][-1]):
            self._give_up(f"The loss became {losses['loss'][-1]} in epoch {self.epoch + 1}")
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

    def _give_up(self, reason):
        self._kept.restore()
        self._between_epochs = False
        kept = "best weights so far" if self._has_best else "weights of before"
        raise FloatingPointError(
            f"{reason}; the {kept} are kept. Lower the learning rate (default_lr=; fit_compiled's "
            "learning_rate=), or look for outliers of many standard deviations in the simulations; "
            "without them train a new amortizer, as this one is standardized by them."
        )

    def _compare(self, loss):
        if loss < self.best_loss:
            self.best_loss = loss
            self._kept.take()
        # While the KL term is being warmed up, the bound at its full weight may well get worse.
        if self.early_stopper and not getattr(self.amortizer, "is_warming_up", False):
            self._stopped = self.early_stopper.update_and_recommend(loss)

    def _skip_to_last_part(self, steps_per_epoch: int):
        """Before stopping for good, go back to the best weights and let the learning rate fall.

        A network that overfits stops while its rate is still high, and its weights noisy. A round
        before the last one stops at once, and the schedule goes on where the next one begins.
        """
        is_last = self.round + 1 == self.regime.rounds
        start = round((1 - LAST_PART) * self.regime.epochs) if is_last else self.regime.epochs
        if self.epoch >= start or schedule_of(self.optimizer) is None:
            return
        self._go_back_to_best()
        # Not `iterations`, which is no variable where gradients are accumulated.
        self.optimizer._iterations.assign_add((start - self.epoch) * steps_per_epoch)
        self.epoch, self._stopped = start, False
        self.early_stopper.waited = 0

    @property
    def _has_best(self):
        return self.best_loss < float("inf")

    def _go_back_to_best(self):
        if self._has_best:
            self._kept.restore()
            self._averages.restart()

    def _make_variables(self):
        """Create what the first simulations, which build the amortizer, allow to create."""
        if self._kept:
            return
        self.optimizer.build(self.amortizer.trainable_weights)
        self._averages = AveragedWeights(self.optimizer, self.amortizer.trainable_weights)
        self._kept = WeightCopy(self.amortizer.weights)
        if self.validation is not None:
            if hasattr(self.amortizer, "check_simulations"):
                self.amortizer.check_simulations(self.validation)
            self.validation = on_device(self.validation)

    def _variables(self):
        kept = self.validation is not None or self.interrupted
        return {
            "model": self.amortizer.variables,
            "optimizer": self.optimizer.variables,
            **({"best": self._kept.variables} if kept else {}),
        }

    def _save(self):
        if self.checkpointer is None:
            return
        stopper = self.early_stopper
        progress = {
            "settings": self.settings,
            "seed": self.seed,
            "round": self.round,
            "epoch": self.epoch,
            "stopped": self._stopped,
            "finished": self.round == self.regime.rounds,
            "best_loss": self.best_loss,
            "keep_best": self.interrupted or bool(stopper and self._has_best),
            "stopper": [stopper.best, stopper.waited] if stopper else None,
            "build_config": self.amortizer.get_build_config(),
            "options": self.amortizer.meaning() if hasattr(self.amortizer, "meaning") else {},
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
