"""What is fixed from all simulations before a training."""

import numpy as np
import tensorflow as tf

from .feature_screen import informative_features
from .hidden_dependence import hidden_dependence

# Of what starts narrow, the scale in units of the standardized parameters.
NARROW_START = 0.1


class Adaptation:
    """Standardization, feature screening, linear residual and start, for `PosteriorVAE`.

    A mixin that expects its ``theta_transform``, ``y_transform``, ``residual``, ``encoder`` and
    options.
    """

    def adapt(self, theta, y, num_candidates: int) -> None:
        """Fit everything that is not learned by gradients.

        Parameters
        ----------
        theta : np.ndarray of shape (n, d)
        y : np.ndarray of shape (n, m)
        num_candidates : int
            Features from this one on are not screened.
        """
        is_new = not self.is_adapted
        self.theta_transform.adapt(theta)
        self.y_transform.adapt(y)
        hidden = hidden_dependence(theta, y)
        self.screen(theta, y, num_candidates, hidden.any(axis=0))
        # A decoder that does not see the data must not learn of them through the regression.
        if self.linear_residual and self.decoder_sees_data:
            u, _ = self.theta_transform(tf.cast(theta, tf.float32))
            self.residual.fit(u, self.y_transform(tf.cast(y, tf.float32)))
        # Weights that have been trained stay as they are.
        if self.linear_skip and is_new:
            copied = hidden.any(axis=1)[: self.latent_dim]
            self.start_narrow(np.flatnonzero(copied), NARROW_START)

    @property
    def is_adapted(self) -> bool:
        """Whether the standardization has seen simulations."""
        return float(self.theta_transform.standardizer.count) > 0

    def start_narrow(self, dimensions, scale: float) -> None:
        """Let some dimensions of z start with little noise; a prior of modes, with narrow ones."""
        self.encoder.start_narrow(dimensions, scale)

    def screen(self, theta, y, num_candidates: int, hidden) -> None:
        """Leave out features of the data that say nothing, with ``screen_features``.

        ``hidden``, bool of shape (m,), are features that say something without correlation.
        """
        # A data decoder has all data to reconstruct.
        if self.screen_features and not self.data_weight:
            kept = informative_features(theta, y) | hidden
            kept[num_candidates:] = True
            self.y_transform.keep(kept)
