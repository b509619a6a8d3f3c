"""A posterior and a likelihood flow that train together."""

import keras
import tensorflow as tf


class JointFlow(keras.Model):
    """Minimizes ``-log q(theta | y) - log l(y | theta)``, averaged over the batch.

    Parameters
    ----------
    posterior, likelihood : bayesflow.networks.InferenceNetwork
    jitter : np.ndarray of shape (m,)
        Standard deviation of the noise on the data, new at every step; 0 for none.

    References
    ----------
    Radev et al. (2023). JANA: Jointly amortized neural approximation of complex Bayesian models.
    UAI. https://arxiv.org/abs/2302.09125
    """

    def __init__(self, posterior, likelihood, jitter):
        super().__init__()
        self.posterior, self.likelihood = posterior, likelihood
        self.jitter = tf.constant(jitter, tf.float32)

    def train_step(self, data):
        theta, y = data
        noisy, noisy_too = (y + self.jitter * tf.random.normal(tf.shape(y)) for _ in range(2))
        with tf.GradientTape() as tape:
            posterior = self.posterior.compute_metrics(theta, noisy, stage="training")["loss"]
            likelihood = self.likelihood.compute_metrics(noisy_too, theta, stage="training")["loss"]
            loss = posterior + likelihood
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss, "posterior": posterior, "likelihood": likelihood}
