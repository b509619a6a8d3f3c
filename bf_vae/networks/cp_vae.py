"""CP-VAE: the VAE with a conditional prior ``p(z | y)`` (paper, section 3.1, equation 6).

L = KL[ q(z | theta, y) || p(z | y) ] - E_{z ~ q} [ log p(theta | z, y) ]
"""

import keras

from .posterior_vae import PosteriorVAE
from .presets import setting
from .priors import PRIORS
from .serialization import serializable


@serializable
class ConditionalPriorVAE(PosteriorVAE):
    """Conditional prior VAE, the network of `CPVAE` and `CPVAEAmortizer`.

    Parameters
    ----------
    latent_dim : int, optional
        Dimension of z. Default: that of theta; without ``linear_skip`` at least 4.
    support : (lower, upper), optional
        Bounds of theta in its own units, each a scalar or of shape (d,), infinite where there is
        none. Draws never leave them. Default: unbounded.
    prior : {"gaussian", "mixture", "autoregressive"}, optional
        ``p(z | y)``. Default: "autoregressive"; the paper's: "gaussian".
    decoder : {"auto", "diagonal", "full", "truncated", "mixture"}, optional
        ``p(theta | z, y)``. "auto" is "truncated" if a parameter is bounded on both sides, and
        "full" otherwise. Default: "auto"; the paper's: "diagonal".
    decoder_sees_data : bool, optional, default: True
        False gives ``p(theta | z)``.
    num_components : int, optional, default: 8
        Components of a mixture prior or decoder, or of each dimension of an autoregressive prior.
    num_importance : int, optional
        Draws of z per simulation in the training bound, for more than one the importance-weighted
        bound of Burda et al. (2016). Default, and the paper's: 1.
    kl_warmup : int, optional
        Training steps in which the weight of the KL term rises from 0.001 to 1. Default: 0. The
        paper names none; its preset has 2000, about 28 epochs of 10,000 simulations.
    num_members : int, optional
        Networks that are trained side by side from different starts and sampled as an equal
        mixture: at a small budget each overfits in its own way. Default: 2, and 1 with own subnets;
        the paper's: 1.
    linear_skip : bool, optional
        Whether the locations of encoder, prior and decoder are also linear in their conditions,
        past the subnets. Encoder and decoder then start as copies, z as theta plus noise and theta
        as z plus noise: the model starts as a density network of theta, learns from the first step
        on, and no latent collapses: where the data depend on a parameter in a way that no
        correlation shows (see `hidden_dependence`), our Trainer and `fit_compiled` let its latent
        start with less noise, and the prior's components narrow. Default: True; the paper's: False.
    linear_residual : bool, optional
        Whether encoder and decoder describe what a linear regression of theta on y leaves, in its
        own unit: a posterior much narrower than the prior is then learned as fast as a wide one.
        Our Trainer and `fit_compiled` fit the regression before the training, BayesFlow's ``fit``
        does not; not with a summary network. Not with ``decoder_sees_data=False``. Default: True;
        the paper's: False.
    power_transform : bool, optional
        Whether features of the data may be replaced by their roots, logarithms or, with heavy
        tails, inverse hyperbolic sines, which `adapt` chooses: our Trainer and `fit_compiled` call
        it, BayesFlow's ``fit`` does not. See `DataTransform`. Default: True; the paper's: False.
    screen_features : bool, optional
        Whether our Trainer and `fit_compiled` leave out features of the data that say nothing of
        theta; not with a summary network. See `informative_features`. Default: True; the paper's:
        False.
    widths : int or sequence of int, optional
        Hidden layers of the default subnets, multilayer perceptrons. Default: (64, 64, 64); of the
        paper's preset, as the paper names none: (128, 128).
    activation : str, optional, default: "silu"
    encoder_net, prior_net, decoder_net : keras.Layer, optional
        Own subnets, from (batch, features) to (batch, anything); a linear projection to the
        Gaussian's numbers follows.
    preset : {"default", "paper"}, optional
        Gives those of the arguments above that have two defaults, where they are not given.
    seed : int, optional
        Of the generator for latent draws; not of the initial weights, which
        `keras.utils.set_random_seed` seeds.

    Raises
    ------
    TypeError
        If a count or the seed is no whole number.
    ValueError
        For an unknown name, a count below 1, or a support that is none.

    References
    ----------
    Variational Autoencoders for Efficient Simulation-Based Inference, arXiv 2411.14511.
    """

    def __init__(
        self,
        latent_dim=None,
        support=None,
        prior=None,
        decoder=None,
        decoder_sees_data=True,
        prior_net=None,
        **kwargs,
    ):
        super().__init__(latent_dim=latent_dim, support=support, decoder=decoder, **kwargs)
        self.prior_kind = setting("prior", prior, self.preset)
        self.decoder_sees_data = bool(decoder_sees_data)
        self.prior_net = prior_net
        if self.prior_kind not in PRIORS:
            raise ValueError(f"prior must be one of {sorted(PRIORS)}, got {self.prior_kind!r}.")

    def _make_prior(self):
        return PRIORS[self.prior_kind](
            self.latent_dim,
            self.num_components,
            self._subnet(self.prior_net),
            **self._subnet_options(),
        )

    def start_narrow(self, dimensions, scale):
        super().start_narrow(dimensions, scale)
        # One Gaussian has no modes to find.
        if self.prior_kind != "gaussian" and self.num_components > 1:
            self.prior.start_narrow(dimensions, scale)

    def arguments(self):
        return {
            **super().arguments(),
            "prior": self.prior_kind,
            "decoder_sees_data": self.decoder_sees_data,
            "prior_net": keras.saving.serialize_keras_object(self.prior_net),
        }
