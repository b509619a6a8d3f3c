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

# Of BayesFlow 1's splines: left, right, bottom, top.
SPLINE_DOMAIN = (-5.0, 5.0, -5.0, 5.0)


class Jana(Method):
    """Posterior and likelihood coupling flows, trained jointly at the authors' settings.

    BayesFlow 2 differs from the authors' BayesFlow 1: "learnable" permutations are its orthogonal
    ones, an affine layer has one subnet for scale and shift, not two, the subnets have no L2
    penalty, Student's latents are independent, and slcp_distractors has no summary network. It gets
    the logarithm of positive parameters and z-scored parameters and data, where the authors divided
    by constants (as here the data of sir and lotka_volterra); draws outside a box are drawn again.
    No logit for boxes: the authors have none, and on two_moons it made the density of held-out
    simulations worse.

    Parameters
    ----------
    name : str
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
        y = Scale(simulations["observables"], divisor=settings.data_scale)
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
        "affine": {"subnet_kwargs": settings.affine_subnet or settings.subnet},
        "spline": {
            "subnet_kwargs": settings.subnet,
            "transform_kwargs": {"default_domain": SPLINE_DOMAIN},
        },
    }
    flow = CouplingFlow(depth=0, base_distribution=_latent(student_t))
    kinds = ("affine", "spline") if settings.transform == "interleaved" else (settings.transform,)
    for i in range(settings.depth):
        kind = kinds[i % len(kinds)]
        layers = CouplingFlow(
            depth=1, transform=kind, permutation=settings.permutation, **options[kind]
        )
        flow.invertible_layers.extend(layers.invertible_layers)
    flow.build((None, size), (None, num_conditions))
    return flow


def _latent(student_t):
    from bayesflow.distributions import DiagonalNormal, DiagonalStudentT

    return DiagonalStudentT(df=50) if student_t else DiagonalNormal()
