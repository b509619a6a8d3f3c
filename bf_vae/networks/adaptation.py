"""What is fixed from all simulations before a training."""

import tensorflow as tf

from .feature_screen import informative_features
from .hidden_dependence import hidden_dependence


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
        is_new = not float(self.theta_transform.standardizer.count)
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
            self.encoder.start_narrow(hidden.any(axis=1)[: self.latent_dim])

    def screen(self, theta, y, num_candidates: int, hidden) -> None:
        """Leave out features of the data that say nothing, with ``screen_features``.

        ``hidden``, bool of shape (m,), are features that say something without correlation.
        """
        # A data decoder has all data to reconstruct.
        if self.screen_features and not self.data_weight:
            kept = informative_features(theta, y) | hidden
            kept[num_candidates:] = True
            self.y_transform.keep(kept)
