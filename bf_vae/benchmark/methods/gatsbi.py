"""GATSBI: an amortized posterior by a conditional generative adversarial network."""

from dataclasses import asdict, dataclass

import keras
import numpy as np
import tensorflow as tf

from .gatsbi_networks import (
    Discriminator,
    Generator,
    deception_loss,
    discrimination_loss,
    make_optimizer,
)
from .method import Method, Posterior
from .scale import Scale


@dataclass
class GatsbiSettings:
    """Its authors' for two moons and SLCP."""

    epochs: int = 20_000
    batch_size: int = 1000
    discriminator_steps: int = 10
    learning_rate: float = 1e-4
    generator_width: int = 128
    discriminator_width: int = 2048
    discriminator_depth: int = 5


class Gatsbi(Method):
    """The generator turns data and noise into parameters that the discriminator cannot tell.

    In an epoch, as its authors count, the discriminator takes ``discriminator_steps`` batches and
    the generator one. Their 20,000 epochs take days on a CPU: ``epochs`` tells how many a result
    had, and benchmarks/gatsbi_on_gpu.py trains the same networks on a GPU. Other than the authors',
    it z-scores parameters and data, after a log or logit by support, holds nothing out, trains all
    epochs, takes the generator's batch from the discriminator's first, starts from Keras' weights,
    and leaves the discriminator's power iterations to the discriminator's own steps.

    Parameters
    ----------
    name : str
    epochs : int, optional, default: 20,000
    settings : GatsbiSettings, optional
        Smaller networks, for a trial.

    References
    ----------
    Ramesh et al. (2022). GATSBI: Generative adversarial training for simulation-based inference.
    ICLR. https://arxiv.org/abs/2203.06481. Public repository mackelab/gatsbi.
    """

    def __init__(self, name, epochs=None, settings=None):
        super().__init__(name, epochs)
        self.chosen = settings or GatsbiSettings()

    def fit(self, simulator, simulations, seed, observation=None):
        keras.utils.set_random_seed(seed)
        chosen = self.chosen
        theta, y = scales(simulator, simulations)
        data = [
            tf.constant(scale.forward(simulations[key]))
            for scale, key in ((theta, "parameters"), (y, "observables"))
        ]
        size, d = data[0].shape
        batch_size = min(chosen.batch_size, size)
        generator = Generator(d, chosen.generator_width)
        generator.build(data[1].shape)
        discriminator = Discriminator(chosen.discriminator_width, chosen.discriminator_depth)
        discriminator.build(data[0].shape, data[1].shape)
        epoch = _adversarial_epoch(generator, discriminator, chosen)
        epochs, rng = self.epochs or chosen.epochs, np.random.default_rng([seed, 3])
        steps = min(chosen.discriminator_steps, size // batch_size)
        for _ in range(epochs):
            order = rng.permutation(size)[: steps * batch_size]
            epoch(*data, tf.constant(order.reshape(steps, -1), tf.int32))
        self.settings = {**asdict(chosen), "epochs": epochs, "batch_size": batch_size}

        def draw(n, observation):
            noise = tf.random.stateless_normal((n, d), seed=(seed, 4))
            return theta.inverse(generator(np.repeat(y.forward(observation[None]), n, 0), noise))

        return Posterior(draw)


def scales(simulator, simulations) -> tuple[Scale, Scale]:
    """Those of parameters and data on which the networks work."""
    theta = Scale(simulations["parameters"], simulator.support)
    return theta, Scale(simulations["observables"])


def _adversarial_epoch(generator, discriminator, chosen):
    """A compiled function of parameters, data and the rows of the discriminator's batches."""
    optimizers = [make_optimizer(chosen.learning_rate) for _ in range(2)]
    for optimizer, network in zip(optimizers, (generator, discriminator), strict=True):
        optimizer.build(network.trainable_weights)

    def draw(y):
        return generator(y, tf.random.normal((tf.shape(y)[0], generator.after[-1].units)))

    def step(optimizer, network, loss, *batch):
        with tf.GradientTape() as tape:
            value = loss(*batch)
        weights = network.trainable_weights
        optimizer.apply(tape.gradient(value, [w.value for w in weights]), weights)

    def discriminate(theta, y):
        both = tf.concat([theta, draw(y)], 0), tf.concat([y, y], 0)
        true, false = tf.split(discriminator(*both, training=True), 2)
        return discrimination_loss(true, false)

    def deceive(y):
        return deception_loss(discriminator(draw(y), y))

    @tf.function
    def epoch(theta, y, order):
        for rows in order:
            step(
                optimizers[1],
                discriminator,
                discriminate,
                tf.gather(theta, rows),
                tf.gather(y, rows),
            )
        step(optimizers[0], generator, deceive, tf.gather(y, order[0]))

    return epoch
