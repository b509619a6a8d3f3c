"""BayesFlow 1.x's Trainer, with the simulations on the device and whole epochs in the graph."""

import hashlib

import keras
import numpy as np

from .checkpointer import Checkpointer
from .configurator import default_configurator
from .early_stopper import EarlyStopper
from .generative_model import as_simulator
from .loss_history import LossHistory
from .presimulation import join_batches, load_pickle, presimulation_files
from .replay_buffer import ReplayBuffer
from .simulation_checks import check_batch_size, usable_simulations
from .simulation_feed import FeedOptions, SimulationFeed, in_order, on_device
from .simulation_memory import SimulationMemory
from .trainer_diagnostics import TrainerDiagnostics
from .training_run import TrainingRun


class Trainer(TrainerDiagnostics):
    """Connects simulations with an amortizer and trains it.

    Names, arguments and return values are those of BayesFlow 1.1.6's Trainer. A whole epoch runs in
    one compiled TensorFlow function; the last batch of an epoch is left out where it is incomplete
    (other simulations are left out in each epoch).

    Parameters
    ----------
    amortizer : keras.Model
        A `CPVAEAmortizer`, a `UPVAEAmortizer`, or anything with their ``compute_loss``.
    generative_model : optional
        A BayesFlow 2 simulator, a 1.x GenerativeModel, or a function from a batch size to a
        dictionary of arrays. Needed for all training but `train_offline` and
        `train_from_presimulation`.
    configurator : callable, optional
        From the simulator's dictionary to the amortizer's. Default: 1.x's names are translated.
    checkpoint_path : str or os.PathLike, optional
        Folder for checkpoints, written after each epoch. If it holds one, it is loaded.
    max_to_keep : int, optional, default: 3
    default_lr : float, optional, default: 5e-4
        First learning rate of the default optimizer, Adam with a cosine decay to 0 and gradients
        clipped to a global norm of 1.
    skip_checks : bool, optional, default: False
        If False, two simulations are drawn and passed through the amortizer at once, so that what
        does not fit together is told before the training.
    memory : bool or SimulationMemory, optional, default: False
        Whether to keep the last simulations for the ``diagnose_*`` methods.
    seed : int, optional
        Of the order of simulations. Default: drawn at random.
    jit_compile : bool, optional, default: True
        Whether to compile epochs by XLA where the amortizer's layers allow it.
    progress_bar : bool, optional, default: True

    Raises
    ------
    TypeError
        If the generative model is none.
    ValueError
        If the checkpoint belongs to another architecture, or the simulator does not fit.

    Examples
    --------
    >>> trainer = Trainer(CPVAEAmortizer(), generative_model=simulator)
    >>> history = trainer.train_offline(simulator.sample(10_000), epochs=100, batch_size=128)
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
        jit_compile=True,
        progress_bar=True,
    ):
        self.amortizer = amortizer
        self.generative_model = generative_model
        self.configurator = configurator or default_configurator
        self.checkpoint_path = checkpoint_path
        self._checkpointer = Checkpointer(checkpoint_path, max_to_keep) if checkpoint_path else None
        self.default_lr = default_lr
        self.simulation_memory = SimulationMemory() if memory is True else memory or None
        self.seed = int(np.random.default_rng().integers(2**31)) if seed is None else int(seed)
        self.jit_compile, self.progress_bar = jit_compile, progress_bar
        self.optimizer = None
        self.loss_history = LossHistory()
        simulator = as_simulator(generative_model)
        self._feed = SimulationFeed(amortizer, simulator, self.configurator, self.simulation_memory)
        if simulator and not skip_checks:
            self.amortizer.compute_loss(self.configurator(self._feed.raw(2)))
        if self._checkpointer and self._checkpointer.latest:
            self.load_pretrained_network()

    def load_pretrained_network(self):
        """Load the newest checkpoint's weights.

        Returns
        -------
        str
            Path of the checkpoint.

        Raises
        ------
        ValueError
            If there is none, or it belongs to another architecture.
        """
        if not (self._checkpointer and self._checkpointer.latest):
            raise ValueError(f"There is no checkpoint in checkpoint_path={self.checkpoint_path!r}.")
        if not self.amortizer.built:
            config = self._checkpointer.read_progress()["build_config"]
            self.amortizer.build_from_config(config)
        self._checkpointer.restore({"model": self.amortizer.variables})
        return self._checkpointer.latest

    # --- training regimes -------------------------------------------------------------------

    def train_offline(
        self,
        simulations_dict,
        epochs,
        batch_size,
        save_checkpoint=True,
        optimizer=None,
        reuse_optimizer=False,
        early_stopping=False,
        use_autograph=True,
        validation_sims=None,
        **options,
    ):
        """Train on simulations that are there already.

        A run that was cut off is continued by the same call with the same ``checkpoint_path``, and
        ends with the weights that it would have had.

        Parameters
        ----------
        simulations_dict : dict of array-like
            As the generative model gives them, n rows each.
        epochs : int
        batch_size : int
        save_checkpoint : bool, optional, default: True
            Whether to write checkpoints, if there is a ``checkpoint_path``.
        optimizer : keras.optimizers.Optimizer, optional
        reuse_optimizer : bool, optional, default: False
            Whether the next call goes on with this optimizer and its state.
        early_stopping : bool, optional, default: False
            Stop once the validation loss no longer improves, and keep the best weights.
        use_autograph : bool, optional, default: True
            False trains without XLA.
        validation_sims : dict, int or float, optional
            Held-out simulations; a number to simulate; or a share of ``simulations_dict``, between
            0 and 1, to hold out.
        **options
            ``drop_invalid`` (bool): drop simulations with NaN or infinity, with a warning.
            ``early_stopping_args`` (dict): ``patience`` (epochs), ``tolerance`` (nats).
            ``model_args``, ``val_model_args``, ``conf_args``, ``val_conf_args`` (dict): further
            arguments of the simulator and of the configurator.

        Returns
        -------
        pandas.DataFrame or dict of pandas.DataFrame
            Losses per iteration; with validation ``{"train_losses", "val_losses"}``.

        Raises
        ------
        ValueError
            For NaN or infinity, wrong keys or shapes, parameters outside the support, or fewer
            simulations than a batch.
        FloatingPointError
            If the loss does not stay finite.
        """
        options = FeedOptions(**options)
        if isinstance(validation_sims, float):
            kept, held_out = self._feed.hold_out(simulations_dict, validation_sims, options)
            inputs = self._feed.prepare(kept)
        else:
            inputs = self._feed.configure(simulations_dict, options)
            held_out = self._feed.validation(validation_sims, options)
        size = len(inputs["parameters"])
        check_batch_size(size, batch_size)
        steps = size // batch_size
        settings = {"regime": "offline", "batch_size": batch_size, "data": _fingerprint(inputs)}
        run = self._new_run(
            settings, epochs, steps, optimizer, held_out, early_stopping, options,
            save_checkpoint, use_autograph,
        )  # fmt: skip
        data = on_device(inputs)

        def shuffled(epoch):
            order = np.random.default_rng([run.seed, epoch]).permutation(size)
            return data, order[: steps * batch_size].reshape(steps, batch_size)

        return self._finish(run, shuffled, reuse_optimizer)

    def train_online(
        self,
        epochs,
        iterations_per_epoch,
        batch_size,
        save_checkpoint=True,
        optimizer=None,
        reuse_optimizer=False,
        early_stopping=False,
        use_autograph=True,
        validation_sims=None,
        **options,
    ):
        """Train on new simulations in every iteration; arguments and returns as `train_offline`.

        The simulations of an epoch are drawn at its start.
        """
        options = FeedOptions(**options)
        size = iterations_per_epoch * batch_size
        first = self._feed.simulate(size, options)
        settings = {"regime": "online", "batch_size": batch_size, "size": size}
        run = self._new_run(
            settings, epochs, iterations_per_epoch, optimizer,
            self._feed.validation(validation_sims, options), early_stopping, options,
            save_checkpoint, use_autograph,
        )  # fmt: skip

        def simulate(epoch):
            inputs = first if epoch == 0 else self._feed.simulate(size, options)
            return in_order(inputs, batch_size)

        return self._finish(run, simulate, reuse_optimizer)

    def train_experience_replay(
        self,
        epochs,
        iterations_per_epoch,
        batch_size,
        save_checkpoint=True,
        optimizer=None,
        reuse_optimizer=False,
        buffer_capacity=1000,
        early_stopping=False,
        use_autograph=True,
        validation_sims=None,
        **options,
    ):
        """Train on batches drawn from a buffer, to which each iteration adds a new one.

        ``buffer_capacity`` counts batches; other arguments and returns as `train_offline`. The
        simulations of an epoch are drawn at its start; the buffer sees them one by one.
        """
        options = FeedOptions(**options)
        size = iterations_per_epoch * batch_size
        buffer = ReplayBuffer(buffer_capacity, np.random.default_rng(self.seed))
        first = self._feed.simulate(size, options)
        settings = {"regime": "replay", "batch_size": batch_size, "size": size}
        run = self._new_run(
            settings, epochs, iterations_per_epoch, optimizer,
            self._feed.validation(validation_sims, options), early_stopping, options,
            save_checkpoint, use_autograph,
        )  # fmt: skip

        def replay(epoch):
            inputs = first if epoch == 0 else self._feed.simulate(size, options)
            _, order = in_order(inputs, batch_size)
            drawn = []
            for rows in order:
                buffer.store({k: v[rows] for k, v in inputs.items()})
                drawn.append(buffer.sample())
            joined = {k: np.concatenate([b[k] for b in drawn]) for k in inputs}
            return in_order(joined, batch_size)

        return self._finish(run, replay, reuse_optimizer)

    def train_rounds(
        self,
        rounds,
        sim_per_round,
        epochs,
        batch_size,
        save_checkpoint=True,
        optimizer=None,
        reuse_optimizer=False,
        early_stopping=False,
        use_autograph=True,
        validation_sims=None,
        **options,
    ):
        """Train in rounds, each on all simulations so far and ``sim_per_round`` new ones.

        ``epochs`` counts those of one round, and early stopping ends a round. Other arguments and
        returns as `train_offline`; the losses are those of all rounds.
        """
        feed_options = FeedOptions(**options)
        if not isinstance(validation_sims, float):
            validation_sims = self._feed.raw_validation(validation_sims, feed_options)
        steps = epochs * sum(r * sim_per_round // batch_size for r in range(1, rounds + 1))
        self.optimizer = optimizer or self.optimizer or self._default_optimizer(steps)
        simulations, joined = {}, LossHistory()
        for _ in range(rounds):
            new = self._feed.raw(sim_per_round, feed_options.model_args)
            arrays = {k: np.asarray(v) for k, v in new.items() if v is not None}
            simulations = {
                k: np.concatenate([simulations.get(k, v[:0]), v]) for k, v in arrays.items()
            }
            self.train_offline(
                simulations, epochs, batch_size, save_checkpoint, self.optimizer, True,
                early_stopping, use_autograph, validation_sims, **options,
            )  # fmt: skip
            joined.extend(self.loss_history)
        self.loss_history = joined
        self.optimizer = self.optimizer if reuse_optimizer else None
        return joined.get_plottable()

    def train_from_presimulation(
        self,
        presimulation_path,
        optimizer=None,
        save_checkpoint=True,
        max_epochs=None,
        reuse_optimizer=False,
        custom_loader=None,
        early_stopping=False,
        validation_sims=None,
        use_autograph=True,
        **options,
    ):
        """Train on files of simulated batches, one file per epoch, in natural order.

        Parameters
        ----------
        presimulation_path : str or os.PathLike
            Folder of files, each a list (or dictionary) of batches as BayesFlow 1.x's
            ``presimulate_and_save`` writes them.
        max_epochs : int, optional
            Files are left out, or used again from the first, to make this number of epochs.
        custom_loader : callable, optional
            From a file's path to its batches. Default: ``pickle``, for ``*.pkl`` files that you
            trust.
        optimizer, save_checkpoint, reuse_optimizer, early_stopping, validation_sims, use_autograph, \
**options
            As for `train_offline`, and so are the returns.

        Raises
        ------
        FileNotFoundError
            If the folder holds no such files.
        ValueError
            If a file holds no batches, or batches of different sizes.
        """
        options = FeedOptions(**options)
        files = presimulation_files(presimulation_path, max_epochs, custom_loader is None)
        load = custom_loader or load_pickle

        def read(epoch):
            inputs, batch_size = join_batches(load(str(files[epoch])), self.configurator)
            return in_order(
                self._feed.prepare(usable_simulations(inputs, options.drop_invalid)), batch_size
            )

        _, order = read(0)
        settings = {"regime": "presimulation", "files": [f.name for f in files]}
        run = self._new_run(
            settings, len(files), len(order), optimizer,
            self._feed.validation(validation_sims, options), early_stopping, options,
            save_checkpoint, use_autograph,
        )  # fmt: skip
        return self._finish(run, read, reuse_optimizer)

    # --- shared -----------------------------------------------------------------------------

    def _new_run(
        self, settings, epochs, steps, optimizer, held_out, early_stopping, options,
        save_checkpoint, use_autograph,
    ):  # fmt: skip
        self.optimizer = optimizer or self.optimizer or self._default_optimizer(epochs * steps)
        if early_stopping and held_out is None:
            raise ValueError("Early stopping needs validation_sims=.")
        stopper = EarlyStopper(**options.early_stopping_args) if early_stopping else None
        run = TrainingRun(
            self.amortizer,
            self.optimizer,
            epochs,
            settings={**settings, "epochs": epochs},
            seed=self.seed,
            validation=None if held_out is None else on_device(held_out),
            early_stopper=stopper,
            checkpointer=self._checkpointer if save_checkpoint else None,
            jit_compile=self.jit_compile and use_autograph,
            progress_bar=self.progress_bar,
        )
        run.resume()
        return run

    def _default_optimizer(self, steps):
        schedule = keras.optimizers.schedules.CosineDecay(self.default_lr, max(1, steps))
        return keras.optimizers.Adam(schedule, global_clipnorm=1.0)

    def _finish(self, run, simulations, reuse_optimizer):
        self.loss_history = run.history
        try:
            run.run(simulations)
        finally:
            self.optimizer = run.optimizer if reuse_optimizer else None
        return self.loss_history.get_plottable()


def _fingerprint(inputs) -> str:
    """Short hash of the simulations, to know a run again."""
    digest = hashlib.sha256()
    for key in sorted(inputs):
        digest.update(key.encode() + np.ascontiguousarray(inputs[key]).tobytes())
    return digest.hexdigest()[:16]
