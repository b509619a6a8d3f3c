"""The Trainer's checks of a trained amortizer."""

import numpy as np

from ..diagnostics import mmd, plot_latent_space, plot_rank_histograms
from .generative_model import derived_seed


class TrainerDiagnostics:
    """BayesFlow 1.x's ``diagnose_*`` and ``mmd_hypothesis_test``, for `Trainer`."""

    def diagnose_latent2d(self, inputs=None, conf_args=None, plot_args=None):
        """Encoder draws beside draws of the prior over z: they match if training succeeded.

        Parameters
        ----------
        inputs : dict, optional
            Simulations. Default: those in the trainer's memory.
        conf_args, plot_args : dict, optional
            Further arguments of the configurator and of `plot_latent_space`.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        ValueError
            If there are neither inputs nor memory.
        """
        inputs = self._diagnostic_inputs(inputs, conf_args)
        z, _ = self._posterior(inputs)
        z_prior = self._posterior.sample_latent(inputs)
        return plot_latent_space(z.numpy(), z_prior, **(plot_args or {}))

    def diagnose_sbc_histograms(
        self, inputs=None, n_samples=None, conf_args=None, plot_args=None, **kwargs
    ):
        """Ranks of the true parameters among posterior draws: uniform if calibrated.

        Parameters
        ----------
        inputs : dict, optional
            Simulations. Default: those in the trainer's memory.
        n_samples : int, optional
            Posterior draws per simulation. Default: a twentieth of the simulations, at least 20.
        conf_args, plot_args : dict, optional
            Further arguments of the configurator and of `plot_rank_histograms`; the latter also by
            name.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        ValueError
            If there are neither inputs nor memory.
        """
        inputs = self._diagnostic_inputs(inputs, conf_args)
        theta = np.asarray(inputs["parameters"])
        n_samples = n_samples or max(20, int(np.ceil(len(theta) / 20)))
        draws = self._posterior.sample(inputs, n_samples).reshape(len(theta), n_samples, -1)
        names = getattr(self.generative_model, "parameter_names", None)
        return plot_rank_histograms(draws, theta, **{"names": names, **(plot_args or {}), **kwargs})

    def mmd_hypothesis_test(
        self,
        observed_data,
        reference_data=None,
        num_reference_simulations=1000,
        num_null_samples=100,
        bootstrap=False,
    ):
        """Test whether observed data could come from the generative model at all.

        Compares what the inference network sees of the data (the summary network's output) with
        simulations, by the square root of `mmd`.

        Parameters
        ----------
        observed_data : dict or np.ndarray of shape (num_observed, ...)
        reference_data : dict or np.ndarray of shape (num_reference, ...), optional
            Default: ``num_reference_simulations`` new simulations.
        num_reference_simulations : int, optional, default: 1000
        num_null_samples : int, optional, default: 100
            Draws from the distribution of the statistic if the model is right.
        bootstrap : bool, optional, default: False
            Draw them from the reference data rather than by new simulations.

        Returns
        -------
        mmd_null_samples : np.ndarray of shape (num_null_samples,)
        mmd_observed : float

        Raises
        ------
        ValueError
            If simulations are needed and there is no generative model.
        """
        if reference_data is None:
            reference_data = self._simulated_data(num_reference_simulations, 0)
        reference, observed = self._summaries(reference_data), self._summaries(observed_data)
        rng = np.random.default_rng(self.seed)
        null = np.empty(num_null_samples)
        for i in range(num_null_samples):
            if bootstrap:
                draw = reference[rng.integers(len(reference), size=len(observed))]
            else:
                draw = self._summaries(self._simulated_data(len(observed), i + 1))
            null[i] = np.sqrt(mmd(reference, draw))
        return null, float(np.sqrt(mmd(reference, observed)))

    @property
    def _posterior(self):
        """The amortizer, or that part of a joint one."""
        return getattr(self.amortizer, "posterior", self.amortizer)

    def _simulated_data(self, size, number):
        # Of the first run 0 is for training and 1 for validation.
        seed = derived_seed(self.seed, 0, 2, number)
        return self.configurator(self._feed.raw(size, seed=seed))

    def _summaries(self, data):
        data = data if hasattr(data, "items") else {"observables": data}
        return self._posterior.summarize(data)

    def _diagnostic_inputs(self, inputs, conf_args):
        if inputs is not None:
            return self.configurator(inputs, **(conf_args or {}))
        if self.simulation_memory is None or self.simulation_memory.is_empty():
            raise ValueError("Give inputs=, or train with memory=True to keep simulations.")
        return self.simulation_memory.get_memory()
