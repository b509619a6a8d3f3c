"""BayesFlow 1.x's Trainer, with the simulations on the device and whole epochs in the graph."""

import numpy as np

from ..networks.whole_number import whole_number
from .checkpointer import Checkpointer
from .configurator import default_configurator
from .description import description
from .fingerprint import fingerprint
from .likelihood_training import LikelihoodTraining
from .loss_history import LossHistory
from .optimizers import default_optimizer, given_optimizer, warn_of_ended_schedule
from .simulation_feed import SimulationFeed
from .simulation_memory import SimulationMemory
from .simulation_store import SimulationStore
from .trainer_diagnostics import TrainerDiagnostics
from .trainer_regimes import TrainerRegimes
from .training_run import TrainingRun


class Trainer(TrainerRegimes, LikelihoodTraining, TrainerDiagnostics):
    """Connects simulations with an amortizer and trains it.

    Names and order of arguments are those of BayesFlow 1.1.6's Trainer, but for
    ``memory_kwargs`` (give a `SimulationMemory`) and ``net_args``; what differs in what they do is
    listed in the guide to both BayesFlows (docs/bayesflow1.md). A whole epoch runs in
    one compiled TensorFlow function; the last batch of an epoch is left out where it is incomplete
    (other simulations are left out in each epoch).

    With a ``checkpoint_path``, a run that was cut off is continued by a new Trainer and the same
    ``train_*`` call, and ends with the weights that it would have had. This holds for given
    simulations and for those of simulators that take a ``seed``; with other simulators,
    `train_online` and `train_experience_replay` draw new simulations from there on. Ctrl-C ends
    training after the current epoch: the best weights so far are kept (without validation their
    averages, or the last ones where there are none) and the losses returned.

    Parameters
    ----------
    amortizer : keras.Model
        A `CPVAEAmortizer`, a `UPVAEAmortizer`, another of this package, or any Keras model with a
        ``compute_loss(inputs, training)``; for checkpoints also with ``get_build_config`` and
        ``build_from_config``.
    generative_model : optional
        A BayesFlow 2 simulator, a 1.x GenerativeModel, or a function from a batch size to a
        dictionary of arrays. Needed for all training but `train_offline` and
        `train_from_presimulation`. If it has an argument ``seed``, it gets one.
    configurator : callable, optional
        From the simulator's dictionary to the amortizer's. Default: 1.x's names are translated.
    checkpoint_path : str or os.PathLike, optional
        Folder for checkpoints, and for the simulations of `train_rounds` and of validation sets
        that were drawn. If it holds a checkpoint, it is loaded. Take a new one when the simulator
        changes.
    max_to_keep : int, optional, default: 3
    default_lr : float, optional, default: 5e-4
        First learning rate of the default optimizer, Adam with a cosine decay to 0 and gradients
        clipped to a global norm of 1. The default is BayesFlow's; our networks were tuned for 4e-3,
        batches of 128 and 200 epochs, which `fit_compiled` and ``bf-vae fit`` take. Validated and
        kept are the weights' moving averages, as with any optimizer that has ``use_ema=True``.
    skip_checks : bool, optional, default: False
        If False, two simulations are drawn and passed through the amortizer at once, so that what
        does not fit together is told before the training.
    memory : bool, int or SimulationMemory, optional, default: False
        Whether to keep the last simulations for the ``diagnose_*`` methods; a number says how many.
    seed : int, optional
        Of the order of simulations, and of new ones. Default: drawn at random.
    jit_compile : bool, optional
        Whether to compile epochs by XLA where the amortizer's layers allow it. Default: where that
        is faster, which on a CPU it is not for convolutions, attention and dropout.
    progress_bar : bool, optional, default: True
    checkpoint_interval : float, optional, default: 10
        Least number of seconds between two checkpoints, which is what a killed run loses; 0 writes
        one after each epoch. The first epoch, the end and Ctrl-C always write one.

    Raises
    ------
    TypeError
        If the generative model is none.
    ValueError
        If the checkpoint is damaged or belongs to another architecture, or the simulator does not
        fit.

    Examples
    --------
    >>> trainer = Trainer(CPVAEAmortizer(), generative_model=simulator, default_lr=4e-3)
    >>> history = trainer.train_offline(
    ...     simulator.sample(10_000), epochs=200, batch_size=128, early_stopping=True,
    ...     validation_sims=0.1,
    ... )
    """

    def __init__(
        self,
        amortizer,
        generative_model=None,
        configurator=None,
        checkpoint_path=None,
        max_to_keep=3,
        default_lr=5e-4,
        skip_checks=False,
        memory=False,
        seed=None,
        jit_compile=None,
        progress_bar=True,
        checkpoint_interval=10.0,
    ):
        self.amortizer = amortizer
        self.generative_model = generative_model
        self.configurator = configurator or default_configurator
        self.checkpoint_path = checkpoint_path
        self._checkpointer = Checkpointer(checkpoint_path, max_to_keep) if checkpoint_path else None
        self.checkpoint_interval = checkpoint_interval
        self.default_lr = default_lr
        if memory and not isinstance(memory, SimulationMemory):
            memory = SimulationMemory() if memory is True else SimulationMemory(memory)
        self.simulation_memory = memory or None
        if seed is None:
            seed = np.random.default_rng().integers(2**31)
        self.seed = whole_number("seed", seed, least=0)
        if not default_lr > 0:
            raise ValueError(f"default_lr must be above 0, got {default_lr}.")
        self.jit_compile, self.progress_bar = jit_compile, progress_bar
        self.optimizer = None
        self.loss_history = LossHistory()
        self._last_run = -1
        self.interrupted = False  # the last run, by Ctrl-C
        self._feed = SimulationFeed(
            amortizer, generative_model, self.configurator, self.simulation_memory
        )
        if self._checkpointer and self._checkpointer.latest:
            self.load_pretrained_network()
        if generative_model is not None and not skip_checks:
            self.amortizer.compute_loss(self.configurator(self._feed.raw(2)))

    def load_pretrained_network(self):
        """Load the newest checkpoint's weights; the best ones, after early stopping or Ctrl-C.

        Returns
        -------
        str
            Path of the checkpoint.

        Raises
        ------
        ValueError
            If there is none, it is damaged, or it belongs to another architecture.
        """
        if not (self._checkpointer and self._checkpointer.latest):
            raise ValueError(f"There is no checkpoint in checkpoint_path={self.checkpoint_path!r}.")
        progress = self._checkpointer.read_progress()
        if not self.amortizer.built:
            self.amortizer.build_from_config(progress["build_config"])
        if hasattr(self.amortizer, "check_meaning"):
            self.amortizer.check_meaning(
                progress["options"], f"The checkpoint {self._checkpointer.latest}"
            )
        history = self._checkpointer.restore({"model": self.amortizer.variables})
        self.loss_history = LossHistory()
        self.loss_history.set_arrays(history)
        if progress["keep_best"]:
            self._checkpointer.restore({"best": self.amortizer.weights})
        return str(self._checkpointer.latest)

    def train_regime(self, regime, options, held_out=None):
        """Train through a regime, or go on where the newest checkpoint ends.

        Parameters
        ----------
        regime : Regime
        options : TrainingOptions
        held_out : dict, optional
            Configured validation simulations, in place of ``options.validation_sims``.
        """
        checkpointer = self._checkpointer if options.save_checkpoint else None
        given = given_optimizer(options.optimizer)
        if held_out is None:
            held_out = self._feed.given_validation(options)
        settings = {
            **regime.settings,
            "validation": fingerprint(held_out) if held_out else options.validation_sims,
            "early_stopping": options.early_stopping and options.early_stopping_args,
            "optimizer": given or self.default_lr,
            "model_args": [options.model_args, options.val_model_args],
            "conf_args": [options.conf_args, options.val_conf_args],
        }
        settings = description(settings)
        progress = checkpointer.unfinished(settings) if checkpointer else None
        seed = progress["seed"] if progress else self._next_seed()
        if held_out is None:
            key = {**settings, "run": seed[-1]}
            held_out = self._feed.drawn_validation(options, seed, self._store(options), key)
        steps = regime.total_steps
        used = given or self.optimizer
        if used and not progress:
            warn_of_ended_schedule(used, steps)
        optimizer = used or default_optimizer(self.default_lr, steps)
        run = TrainingRun(
            self.amortizer,
            optimizer,
            regime,
            settings,
            seed,
            validation=held_out,
            early_stopper=options.make_early_stopper(),
            checkpointer=checkpointer,
            checkpoint_interval=self.checkpoint_interval,
            jit_compile=options.use_autograph and self.jit_compile,
            progress_bar=self.progress_bar,
        )
        if progress:
            run.resume(progress)
        self.loss_history = run.history
        self.optimizer = optimizer if options.reuse_optimizer else None
        try:
            run.run()
        except FloatingPointError:
            self.optimizer = None  # its moments are no numbers any more
            raise
        finally:
            self.interrupted = run.interrupted
        return self.loss_history.get_plottable()

    def _next_seed(self) -> list[int]:
        """Another one for each run, also for runs on top of a checkpoint's."""
        progress = self._checkpointer.read_progress() if self._checkpointer else {}
        self._last_run = max(self._last_run, progress.get("seed", [self._last_run])[-1]) + 1
        return [self.seed, self._last_run]

    def _store(self, options) -> SimulationStore:
        return SimulationStore(self._checkpointer if options.save_checkpoint else None)
