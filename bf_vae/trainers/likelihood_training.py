"""Training with a learned likelihood as a second simulator."""

from .regimes.regime import num_rows
from .share_search import ShareSearch
from .simulation_checks import check_batch_size, check_counts
from .training_options import TrainingOptions


class LikelihoodTraining:
    """What BayesFlow 1.x's Trainer does not have, for `Trainer`."""

    def train_with_likelihood(
        self, simulations_dict, epochs, batch_size, likelihood=None, validation_sims=0.1,
        shares=(0.0, 0.8), use_autograph=True, least_overfitting=None, **options,
    ):  # fmt: skip
        """Train on given simulations and on data that a likelihood, learned from them, simulates.

        The amortizer is trained once for each share of new data and keeps the weights with the best
        bound on the held-out simulations, which are always true ones. A likelihood that has not
        been trained (or adapted) yet is trained when it is first needed, on these; features of
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
        shares : sequence of float, optional, default: (0, 0.8)
            Parts of the data that the likelihood simulates anew in each epoch; 0 is
            `train_offline`. A rest of true data makes up for what the likelihood has wrong.
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
        shares = tuple(shares)
        if not shares or not all(0 <= share <= 1 for share in shares):
            raise ValueError(f"shares are numbers in [0, 1], at least one; got {shares}.")
        if validation_sims is None:
            raise ValueError("The share is chosen on held-out simulations: give validation_sims=.")
        options = TrainingOptions.of(
            "train_with_likelihood", False, None, False, True, use_autograph, validation_sims,
            **options,
        )  # fmt: skip
        inputs, held_out = self._split(simulations_dict, options)
        if held_out is None:
            held_out = self._feed.given_validation(options)
        if held_out is None:
            held_out = self._feed.drawn_validation(
                options, [self.seed, 0], self._store(options), {}
            )
        check_counts(epochs=epochs)
        check_batch_size(num_rows(inputs), batch_size)
        self._feed.prepare(inputs)
        search = ShareSearch(self, inputs, held_out, likelihood, epochs, batch_size, options)
        return search.run(shares, least_overfitting)
