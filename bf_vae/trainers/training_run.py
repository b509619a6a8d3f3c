"""One run of training: epochs, validation, early stopping, checkpoints, resume."""

import warnings
from collections.abc import Callable

import numpy as np
import tensorflow as tf
from tqdm.auto import tqdm

from .checkpointer import Checkpointer
from .compiled_epoch import CompiledEpoch
from .early_stopper import EarlyStopper
from .loss_history import LossHistory


class TrainingRun:
    """Trains an amortizer for a number of epochs and keeps what must not get lost.

    Parameters
    ----------
    amortizer : keras.Model
        Built.
    optimizer : keras.optimizers.Optimizer
    epochs : int
    settings : dict
        What makes two runs the same; an unfinished run with equal settings is continued.
    seed : int
        Of the order of simulations. A continued run takes its first one.
    validation : dict of tf.Tensor, optional
        Held-out simulations, as the amortizer takes them.
    early_stopper : EarlyStopper, optional
        Only with ``validation``. The best weights are restored at the end.
    checkpointer : Checkpointer, optional
    jit_compile, progress_bar : bool
    """

    def __init__(
        self,
        amortizer,
        optimizer,
        epochs: int,
        settings: dict,
        seed: int,
        validation: dict | None = None,
        early_stopper: EarlyStopper | None = None,
        checkpointer: Checkpointer | None = None,
        jit_compile: bool = True,
        progress_bar: bool = True,
    ):
        self.amortizer, self.optimizer, self.epochs = amortizer, optimizer, epochs
        self.settings, self.seed, self.validation = settings, seed, validation
        self.early_stopper, self.checkpointer = early_stopper, checkpointer
        self.progress_bar = progress_bar
        self.history = LossHistory()
        self.finished_epochs = 0
        self.best_loss = float("inf")
        self._compiled = CompiledEpoch(amortizer, optimizer, jit_compile)
        optimizer.build(amortizer.trainable_weights)
        self._best = [tf.Variable(w, trainable=False) for w in amortizer.weights]
        self._stopped = False

    def resume(self) -> bool:
        """Continue the checkpoint's run, if it is unfinished and had the same settings."""
        progress = self.checkpointer.read_progress() if self.checkpointer else {}
        if progress.get("settings") != self.settings or progress["finished"]:
            return False
        self.checkpointer.restore(self._variables())
        self.seed, self.finished_epochs = progress["seed"], progress["epochs"]
        self.history.train, self.history.validation = progress["train"], progress["validation"]
        self.best_loss = progress["best_loss"]
        if self.early_stopper:
            self.early_stopper.best, self.early_stopper.waited = progress["stopper"]
        return True

    def run(self, simulations: Callable) -> LossHistory:
        """Train up to ``epochs``.

        Parameters
        ----------
        simulations : callable
            From an epoch's number, 0 and up, to (data, order): a dictionary of arrays (n, ...) and
            the rows of each batch, int of shape (steps, batch_size).
        """
        bar = tqdm(
            total=self.epochs,
            initial=self.finished_epochs,
            desc="Training",
            unit="epoch",
            disable=not self.progress_bar,
        )
        interrupted = False
        with bar:
            while self.finished_epochs < self.epochs and not self._stopped:
                try:
                    self._epoch(*simulations(self.finished_epochs))
                except KeyboardInterrupt:
                    interrupted = True
                    warnings.warn(
                        f"Training was interrupted after {self.finished_epochs} of {self.epochs} "
                        "epochs; the best weights so far are kept.",
                        stacklevel=3,
                    )
                    break
                bar.update(1)
                bar.set_postfix(self._latest_losses())
        if self.early_stopper or interrupted:
            self._restore_best()
        return self.history

    def _restore_best(self):
        if self.best_loss < float("inf"):
            for weight, best in zip(self.amortizer.weights, self._best, strict=True):
                weight.assign(best)

    def _epoch(self, data, order):
        losses = self._compiled.train(data, order)
        if not np.isfinite(losses["loss"][-1]):
            self._restore_best()
            raise FloatingPointError(
                f"The loss became {losses['loss'][-1]} in epoch {self.finished_epochs + 1}. Lower the "
                "learning rate (default_lr=), or look for outliers of many standard deviations in "
                "the simulations."
            )
        self.history.add_epoch(losses)
        if self.validation is not None:
            losses = self._compiled.evaluate(self.validation)
            self.history.add_validation(losses)
            self._compare(losses["loss"])
        self.finished_epochs += 1
        if self.checkpointer:
            self.checkpointer.save(self.finished_epochs, self._variables(), self._progress())

    def _compare(self, loss):
        if loss < self.best_loss:
            self.best_loss = loss
            for weight, best in zip(self.amortizer.weights, self._best, strict=True):
                best.assign(weight)
        # While the KL term is being warmed up, the bound at its full weight may well get worse.
        if self.early_stopper and not getattr(self.amortizer, "is_warming_up", False):
            self._stopped = self.early_stopper.update_and_recommend(loss)

    def _variables(self):
        return {
            "model": self.amortizer.variables,
            "optimizer": self.optimizer.variables,
            "best": self._best,
        }

    def _progress(self):
        stopper = self.early_stopper
        return {
            "settings": self.settings,
            "seed": self.seed,
            "epochs": self.finished_epochs,
            "finished": self._stopped or self.finished_epochs == self.epochs,
            "train": self.history.train,
            "validation": self.history.validation,
            "best_loss": self.best_loss,
            "stopper": [stopper.best, stopper.waited] if stopper else None,
            "build_config": self.amortizer.get_build_config(),
        }

    def _latest_losses(self):
        losses = {"loss": f"{self.history.train[-1]['loss']:.3f}"}
        if self.history.validation:
            losses["validation"] = f"{self.history.validation[-1]['loss']:.3f}"
        return losses
