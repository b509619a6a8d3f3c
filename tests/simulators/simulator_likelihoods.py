"""Log-likelihoods of the tasks, written down from the paper and not from the simulators."""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.stats import binom, lognorm, multivariate_normal, norm

from bf_vae.simulators.bernoulli_glm_raw import design_matrix


def gaussian(x, theta):
    return norm.logpdf(x, theta, np.sqrt(0.1)).sum(-1)


def gaussian_mixture(x, theta):
    wide, narrow = (norm.logpdf(x, theta, scale).sum(-1) for scale in (1.0, 0.1))
    return np.logaddexp(wide, narrow) - np.log(2)


def two_moons(x, theta):
    z = np.array([-abs(theta[0] + theta[1]), theta[1] - theta[0]]) / np.sqrt(2)
    centred = x - z - [0.25, 0.0]
    radius = np.hypot(*centred.T)
    inside = centred[:, 0] > -1e-6
    return np.where(inside, norm.logpdf(radius, 0.1, 0.01) - np.log(np.pi * radius), -np.inf)


def slcp(x, theta):
    s1, s2, rho = theta[2] ** 2, theta[3] ** 2, np.tanh(theta[4])
    covariance = [[s1**2 + 1e-6, rho * s1 * s2], [rho * s1 * s2, s2**2 + 1e-6]]
    return (
        multivariate_normal(theta[:2], covariance).logpdf(x.reshape(-1, 2)).reshape(-1, 4).sum(-1)
    )


def bernoulli_glm_raw(spikes, theta):
    psi = design_matrix() @ theta
    return spikes @ psi - np.logaddexp(0, psi).sum()


def solve_sir(theta):
    def derivative(_, y):
        infections, recoveries = theta[0] * y[0] * y[1] / 1e6, theta[1] * y[1]
        return [-infections, infections - recoveries, recoveries]

    times = 17.0 * np.arange(10)
    initial = [1e6 - 1, 1.0, 0.0]
    return solve_ivp(
        derivative, (0, 160), initial, t_eval=times, method="DOP853", rtol=1e-11, atol=1e-8
    ).y[1]


def solve_lotka_volterra(theta):
    alpha, beta, gamma, delta = theta

    def derivative(_, y):
        # Trial steps that are rejected later would overflow.
        x, z = np.exp(np.minimum(y, 60))
        return [alpha - beta * z, delta * x - gamma]

    times = 2.1 * np.arange(10)
    solution = solve_ivp(
        derivative,
        (0, 20),
        np.log([30.0, 1.0]),
        t_eval=times,
        method="DOP853",
        rtol=1e-11,
        first_step=1e-4,
    )
    return np.exp(solution.y).ravel()


def sir(x, theta):
    return binom.logpmf(x, 1000, solve_sir(theta) / 1e6).sum(-1)


def lotka_volterra(x, theta):
    median = solve_lotka_volterra(theta).clip(1e-10, 1e4)
    return lognorm.logpdf(x, 0.1, scale=median).sum(-1)


LOG_LIKELIHOODS = {
    "gaussian_linear": gaussian,
    "gaussian_linear_uniform": gaussian,
    "gaussian_mixture": gaussian_mixture,
    "two_moons": two_moons,
    "slcp": slcp,
    "bernoulli_glm_raw": bernoulli_glm_raw,
    "sir": sir,
    "lotka_volterra": lotka_volterra,
}
