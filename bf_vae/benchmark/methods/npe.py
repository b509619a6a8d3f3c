"""Neural posterior estimation by sbi."""

import tempfile

import numpy as np

from .method import Method, Posterior
from .scale import Scale

PRIOR_DRAWS = 1_000_000


class NPE(Method):
    """sbi's NPE-C with a neural spline flow, as in sbibm's own results, and sbi's defaults.

    Parameters that are positive go through a logarithm; on a box, sbi rejects draws outside.
    With more than one round, each later round simulates from the posterior so far (APT).

    References
    ----------
    Greenberg, Nonnenmacher and Macke (2019). Automatic posterior transformation for
    likelihood-free inference. ICML.
    """

    modules = ("sbi.inference", "torch.utils.tensorboard")
    install = "'bf_vae[benchmark]'"
    rounds = 1

    def fit(self, simulator, simulations, seed, observation=None):
        # sbi would write its logs to the working directory.
        with tempfile.TemporaryDirectory() as logs:
            return self._fit(simulator, simulations, seed, observation, logs)

    def _fit(self, simulator, simulations, seed, observation, logs):
        import torch
        from sbi.inference import NPE_C
        from torch.utils.tensorboard import SummaryWriter

        torch.manual_seed(seed)
        rng = np.random.default_rng([seed, 2])
        scale = Scale(simulations["parameters"], simulator.support, logit=False)
        prior = _prior(simulator, scale)
        inference = NPE_C(
            prior,
            density_estimator="nsf",
            summary_writer=SummaryWriter(logs),
            show_progress_bars=False,
        )
        limits = {} if self.epochs is None else {"max_num_epochs": self.epochs}
        epochs, proposal, posterior = [], None, None
        for theta, y in self._rounds(simulations):
            if posterior is not None:
                u = _draw(proposal, len(theta))
                theta = np.clip(scale.inverse(u), *simulator.support)
                y = simulator.observation_model(theta, seed=rng)
            free = torch.as_tensor(scale.forward(theta))
            inference.append_simulations(free, torch.as_tensor(y), proposal=proposal)
            inference.train(**limits)
            epochs.append(int(inference.summary["epochs_trained"][-1]))
            posterior = inference.build_posterior()
            if observation is not None:
                proposal = posterior.set_default_x(torch.as_tensor(observation))
        self.settings = {"density_estimator": "nsf", "rounds": self.rounds, "epochs": epochs}

        def draw(n, y):
            torch.manual_seed(seed)
            return scale.inverse(_draw(posterior, n, torch.as_tensor(y)))

        return Posterior(draw)

    def _rounds(self, simulations):
        """The budget in equal parts; those after the first only give their sizes."""
        parts = (np.array_split(simulations[k], self.rounds) for k in ("parameters", "observables"))
        return zip(*parts, strict=True)


def _draw(posterior, n, y=None):
    return posterior.sample((n,), x=y, show_progress_bars=False).numpy()


def _prior(simulator, scale):
    """The prior of the scaled parameters, for torch.

    All of sbibm's priors without two bounds are Gaussian after the logarithm; their moments are
    those of a million draws, which need no simulation.
    """
    import torch
    from sbi.utils import BoxUniform

    bounds = [torch.as_tensor(scale.forward(b[None])[0]) for b in simulator.support]
    if all(torch.isfinite(b).all() for b in bounds):
        return BoxUniform(*bounds)
    free = scale.forward(simulator.prior(PRIOR_DRAWS, seed=0)).astype(float)
    mean, covariance = free.mean(axis=0), np.cov(free, rowvar=False)
    return torch.distributions.MultivariateNormal(
        torch.as_tensor(mean, dtype=torch.float32),
        torch.as_tensor(covariance, dtype=torch.float32),
    )
