"""The Trainer's ``train_*`` methods."""

import numpy as np

from .outliers import warn_of_outliers
from .regimes import (
    OfflineSimulations,
    OnlineSimulations,
    Presimulation,
    ReplayedSimulations,
    RoundSimulations,
    hold_out,
)
from .training_options import TrainingOptions


class TrainerRegimes:
    """BayesFlow 1.x's ``train_*``, for `Trainer`; argument by argument in the order of 1.1.6."""

    def train_online(
        self, epochs, iterations_per_epoch, batch_size, save_checkpoint=True, optimizer=None,
        reuse_optimizer=False, early_stopping=False, use_autograph=True, validation_sims=None,
        **options,
    ):  # fmt: skip
        """Train on new simulations in every iteration.

        The simulations of an epoch are drawn at its start, by one call of the generative model:
        what that draws once for all of a batch, such as the size of sets or a context, changes from
        epoch to epoch, not from iteration to iteration. With ``drop_invalid``, others are drawn in
        place of those that are dropped, unless fewer than one in ten is valid. Arguments, returns
        and errors as for `train_offline`.
        """
        options = TrainingOptions.of(
            "train_online", save_checkpoint, optimizer, reuse_optimizer, early_stopping,
            use_autograph, validation_sims, **options,
        )  # fmt: skip
        regime = OnlineSimulations(self._feed, epochs, iterations_per_epoch, batch_size, options)
        return self.train_regime(regime, options)

    def train_offline(
        self, simulations_dict, epochs, batch_size, save_checkpoint=True, optimizer=None,
        reuse_optimizer=False, early_stopping=False, validation_sims=None, use_autograph=True,
        **options,
    ):  # fmt: skip
        """Train on simulations that are there already.

        The first training fixes the standardization and what else is learned from all simulations
        at once; later ones keep it, so data in other units want a new amortizer.

        Parameters
        ----------
        simulations_dict : dict of array-like
            As the generative model gives them, n rows each.
        epochs : int
        batch_size : int
        save_checkpoint : bool, optional, default: True
            Whether to write checkpoints, if there is a ``checkpoint_path``, and to go on from an
            unfinished run's.
        optimizer : keras.optimizers.Optimizer, optional
        reuse_optimizer : bool, optional, default: False
            Whether the next call goes on with this optimizer and its state.
        early_stopping : bool, optional, default: False
            Stop once the validation loss no longer improves, and keep the best weights. If the
            learning rate follows a schedule, as the default's, its last fifth is trained before:
            from the best weights on, until the loss again no longer improves.
        validation_sims : dict, int or float, optional
            Held-out simulations; a number to simulate; or, here only, a share of
            ``simulations_dict``, between 0 and 1, to hold out.
        use_autograph : bool, optional, default: True
            False trains without XLA.
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
        options = TrainingOptions.of(
            "train_offline", save_checkpoint, optimizer, reuse_optimizer, early_stopping,
            use_autograph, validation_sims, **options,
        )  # fmt: skip
        inputs, held_out = self._split(simulations_dict, options)
        # Before anything is fixed by simulations that are too few.
        regime = OfflineSimulations(inputs, epochs, batch_size)
        self._feed.prepare(inputs)
        return self.train_regime(regime, options, held_out)

    def _split(self, simulations_dict, options):
        """Configured simulations to train on and, if a share is to be held out, to validate."""
        inputs = self._feed.configure(simulations_dict, options)
        warn_of_outliers(inputs, self.amortizer)
        if isinstance(options.validation_sims, (float, np.floating)):
            return hold_out(inputs, options.validation_sims)
        return inputs, None

    def train_from_presimulation(
        self, presimulation_path, optimizer=None, save_checkpoint=True, max_epochs=None,
        reuse_optimizer=False, custom_loader=None, early_stopping=False, validation_sims=None,
        use_autograph=True, **options,
    ):  # fmt: skip
        """Train on files of simulated batches, one file an epoch, in natural order.

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
        optimizer, save_checkpoint, reuse_optimizer, early_stopping, validation_sims, use_autograph
            As for `train_offline`, and so are ``**options``, returns and errors.

        Raises
        ------
        FileNotFoundError
            If the folder holds no such files.
        ValueError
            If a file holds no batches, or batches of different sizes.
        """
        options = TrainingOptions.of(
            "train_from_presimulation", save_checkpoint, optimizer, reuse_optimizer, early_stopping,
            use_autograph, validation_sims, **options,
        )  # fmt: skip
        regime = Presimulation(self._feed, presimulation_path, max_epochs, custom_loader, options)
        return self.train_regime(regime, options)

    def train_experience_replay(
        self, epochs, iterations_per_epoch, batch_size, save_checkpoint=True, optimizer=None,
        reuse_optimizer=False, buffer_capacity=1000, early_stopping=False, use_autograph=True,
        validation_sims=None, **options,
    ):  # fmt: skip
        """Train on batches drawn from a buffer, to which each iteration adds a new one.

        ``buffer_capacity`` counts batches. The simulations of an epoch are drawn at its start; the
        buffer sees them one by one. Other arguments, returns and errors as for `train_offline`.
        """
        options = TrainingOptions.of(
            "train_experience_replay", save_checkpoint, optimizer, reuse_optimizer, early_stopping,
            use_autograph, validation_sims, **options,
        )  # fmt: skip
        regime = ReplayedSimulations(
            self._feed, epochs, iterations_per_epoch, batch_size, options,
            buffer_capacity=buffer_capacity,
        )  # fmt: skip
        return self.train_regime(regime, options)

    def train_rounds(
        self, rounds, sim_per_round, epochs, batch_size, save_checkpoint=True, optimizer=None,
        reuse_optimizer=False, early_stopping=False, use_autograph=True, validation_sims=None,
        **options,
    ):  # fmt: skip
        """Train in rounds, each on all simulations so far and ``sim_per_round`` new ones.

        ``epochs`` counts those of one round, and early stopping ends a round; the last fifth of the
        learning rate's schedule is the last round's. The simulations are kept in the
        ``checkpoint_path``, so that no round is simulated twice; with ``drop_invalid`` as for
        `train_online`. Other arguments, returns and errors as for `train_offline`; the losses are
        those of all rounds.
        """
        options = TrainingOptions.of(
            "train_rounds", save_checkpoint, optimizer, reuse_optimizer, early_stopping,
            use_autograph, validation_sims, **options,
        )  # fmt: skip
        regime = RoundSimulations(
            self._feed, self._store(options), rounds, sim_per_round, epochs, batch_size, options
        )
        return self.train_regime(regime, options)
