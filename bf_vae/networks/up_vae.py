"""UP-VAE: the VAE with the unconditional prior ``N(0, I)`` (paper, section 3.2, equation 10).

L = KL[ q(z | theta, y) || N(0, I) ] - E_{z ~ q} [ log p(theta | z, y) ]
    - data_weight * E_{z ~ q} [ log p(y | z) ]
"""

import keras
import tensorflow as tf

from .data_decoder import DataDecoder
from .members import for_draws, merge_draws
from .posterior_vae import PosteriorVAE
from .presets import setting
from .priors import StandardNormalPrior
from .serialization import serializable


@serializable
class UnconditionalPriorVAE(PosteriorVAE):
    """Unconditional prior VAE, the network of `UPVAE` and `UPVAEAmortizer`.

    Parameters
    ----------
    latent_dim, support, decoder, num_components, num_importance, kl_warmup, num_members, \
linear_skip, linear_residual, power_transform, screen_features, widths, activation, \
encoder_net, decoder_net, preset, seed
        As for `ConditionalPriorVAE`. The decoder always sees the data: the prior does not.
    data_weight : float, optional
        Weight of the data decoder's term; 1 is the paper's, 0 the default preset's. With a weight
        above 0 the model itself implies ``p(z | y)`` proportional to ``p(z) p(y | z)``, while
        sampling draws z from p(z), so a large weight biases the posterior; 0 is the plain bound of
        ``log p(theta | y)`` and builds no data decoder. ``log p(y | z)`` is that of the
        standardized data: the bound shifts by a constant from that of the data themselves.
    data_decoder_net : keras.Layer, optional
        Own subnet of the data decoder.

    Raises
    ------
    TypeError
        If a count or the seed is no whole number.
    ValueError
        For an unknown name, a count below 1, a negative weight, or a support that is none.

    References
    ----------
    Variational Autoencoders for Efficient Simulation-Based Inference, arXiv 2411.14511.
    """

    def __init__(
        self,
        latent_dim=None,
        support=None,
        decoder=None,
        data_weight=None,
        data_decoder_net=None,
        **kwargs,
    ):
        super().__init__(latent_dim=latent_dim, support=support, decoder=decoder, **kwargs)
        self.data_weight = float(setting("data_weight", data_weight, self.preset))
        self.data_decoder_net = data_decoder_net
        if self.data_weight < 0:
            raise ValueError(f"data_weight must not be negative, got {data_weight}.")

    def build(self, theta_shape, y_shape):
        if y_shape[-1] == 0:
            # Without conditions there is nothing to reconstruct.
            self.data_weight = 0.0
        super().build(theta_shape, y_shape)
        if self.data_weight:
            subnet = self._subnet(self.data_decoder_net)
            self.data_decoder = DataDecoder(y_shape[-1], subnet, **self._subnet_options())
            self.data_decoder.build(self.latent_dim)

    def _make_prior(self):
        return StandardNormalPrior(self.latent_dim)

    def _data_log_prob(self, y, z):
        # y may come from a summary network, which must not learn to be easy to reconstruct.
        target = tf.stop_gradient(for_draws(y, tf.shape(z)[0]))
        return self.data_decoder.distribution(merge_draws(z)).log_prob(target)

    def arguments(self):
        return {
            **super().arguments(),
            "data_weight": self.data_weight,
            "data_decoder_net": keras.saving.serialize_keras_object(self.data_decoder_net),
        }
