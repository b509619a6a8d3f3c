"""JANA on BayesFlow 2."""

from dataclasses import asdict, replace

import keras
import numpy as np
import tensorflow as tf

from .jana_settings import SETTINGS
from .joint_flow import JointFlow
from .method import Method, Posterior
from .redraw import redraw_outside
from .scale import Scale


class Jana(Method):
    """Posterior and likelihood coupling flows, trained jointly at the authors' settings.

    BayesFlow 2 differs from the authors' BayesFlow 1: "learnable" permutations are its orthogonal
    ones, the subnets have no L2 penalty, and slcp_distractors has no summary network. It gets the
    logarithm of positive parameters and z-scored parameters and data, where the authors divided by
    constants; draws outside a box are drawn again. No logit for boxes: the
    authors have none, and on two_moons it made the density of held-out simulations worse.

    Parameters
    ----------
    name : str, optional
    epochs : int, optional
        Default: the authors'.
    """

    modules = ("bayesflow",)
    install = "'bayesflow>=2'"

    def fit(self, simulator, simulations, seed, observation=None):
        keras.utils.set_random_seed(seed)
        settings = SETTINGS[simulator.name]
        settings = replace(settings, epochs=self.epochs or settings.epochs)
        theta = Scale(simulations["parameters"], simulator.support, logit=False)
        y = Scale(simulations["observables"])
        free, data = theta.forward(simulations["parameters"]), y.forward(simulations["observables"])

        d, m = free.shape[1], data.shape[1]
        posterior = _flow(settings.posterior, settings.student_t, d, m)
        likelihood = _flow(settings.likelihood, settings.student_t, m, d)
        model = JointFlow(posterior, likelihood, settings.jitter / y.std * np.ones(m))
        batches = (
            tf.data.Dataset.from_tensor_slices((free, data))
            .shuffle(len(free), seed=seed)
            .batch(settings.batch_size)
        )
        schedule = keras.optimizers.schedules.CosineDecay(
            settings.learning_rate, settings.epochs * len(batches)
        )
        # BayesFlow 1's Trainer, which the authors used.
        model.compile(optimizer=keras.optimizers.Adam(schedule, global_clipnorm=1.0))
        model.fit(batches, epochs=settings.epochs, verbose=0)
        self.settings = asdict(settings)

        # Compiled once: a flow of twenty layers is slow one operation at a time.
        generator = keras.random.SeedGenerator(seed)
        sample = tf.function(
            lambda c: posterior.sample((c.shape[0],), conditions=c, seed=generator)
        )

        def draw(n, observation):
            conditions = np.repeat(y.forward(observation[None]), n, axis=0)
            return redraw_outside(
                lambda i: theta.inverse(sample(tf.constant(conditions)).numpy()), simulator.support
            )

        return Posterior(draw)


def _flow(settings, student_t, size, num_conditions):
    """A built `CouplingFlow` for ``size`` variables."""
    from bayesflow.networks import CouplingFlow

    options = {
        "permutation": settings.permutation,
        "subnet_kwargs": settings.subnet,
    }
    flow = CouplingFlow(depth=0, base_distribution=_latent(student_t))
    kinds = ("affine", "spline") if settings.transform == "interleaved" else (settings.transform,)
    for i in range(settings.depth):
        one = CouplingFlow(depth=1, transform=kinds[i % len(kinds)], **options)
        flow.invertible_layers.extend(one.invertible_layers)
    flow.build((None, size), (None, num_conditions))
    return flow


def _latent(student_t):
    from bayesflow.distributions import DiagonalNormal, DiagonalStudentT

    return DiagonalStudentT(df=50) if student_t else DiagonalNormal()
