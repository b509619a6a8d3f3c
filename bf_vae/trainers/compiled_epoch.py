"""A whole epoch in one compiled TensorFlow function.

For networks as small as these, the cost of a step is mostly Python's: stepping through ``fit``
takes several times longer than the arithmetic. Here the simulations lie on the device, and the loop
over batches is part of the graph, compiled by XLA where the networks gain from it.
"""

import warnings

import numpy as np
import tensorflow as tf

from .xla_gain import gains_from_xla


class CompiledEpoch:
    """Training and evaluation passes over simulations on the device.

    Parameters
    ----------
    amortizer : keras.Model
        With ``compute_loss(inputs, training)``, a scalar or a dictionary of scalars (summed), or
        ``compute_losses``, whose entry ``"loss"`` is the total.
    optimizer : keras.optimizers.Optimizer
    jit_compile : bool, optional
        Whether to try XLA; by default where it is faster, see `gains_from_xla`. Networks that XLA
        cannot compile are trained without it.
    """

    def __init__(self, amortizer, optimizer, jit_compile=None):
        self.amortizer, self.optimizer = amortizer, optimizer
        self.names: list[str] = []
        self._jit_compile = jit_compile
        self._functions: dict = {}

    def train(self, data: dict, order: np.ndarray) -> dict[str, np.ndarray]:
        """One optimizer step for each row of ``order``.

        Parameters
        ----------
        data : dict of tf.Tensor of shape (n, ...)
        order : np.ndarray of shape (steps, batch_size), int
            Rows of the simulations in each batch.

        Returns
        -------
        dict of np.ndarray of shape (steps,)
            The losses before each step.
        """
        return self._run("train", data, tf.constant(order, tf.int32))

    def evaluate(self, data: dict, batch_size: int = 1024) -> dict[str, float]:
        """Mean losses over all simulations, with the same latent draws at every call."""
        size = len(next(iter(data.values())))
        steps = max(1, size // batch_size)
        whole = np.arange(steps * min(batch_size, size)).reshape(steps, -1)
        sums = {k: v.sum() * whole.shape[1] for k, v in self._evaluate(data, whole).items()}
        if rest := size - whole.size:
            tail = self._evaluate(data, np.arange(whole.size, size)[np.newaxis])
            sums = {k: v + tail[k].sum() * rest for k, v in sums.items()}
        return {k: float(v / size) for k, v in sums.items()}

    def _evaluate(self, data, order):
        return self._run("evaluate", data, tf.constant(order, tf.int32))

    def _run(self, name, data, order):
        if not self.names:
            self.names = list(self._losses({k: v[:1] for k, v in data.items()}))
            # Not before: now there are all layers.
            if self._jit_compile is None:
                self._jit_compile = gains_from_xla(self.amortizer)
        try:
            table = self._function(name)(data, order).numpy()
        except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
            # XLA refuses some layers (recurrent ones, for instance) when it first meets them.
            if not self._jit_compile or ("XLA" not in str(error) and "compil" not in str(error)):
                raise
            warnings.warn(f"Trained without XLA, which refused a layer: {error}", stacklevel=2)
            self._jit_compile, self._functions = False, {}
            return self._run(name, data, order)
        return dict(zip(self.names, table.T, strict=True))

    def _function(self, name):
        if name not in self._functions:
            step = {"train": self._train_step, "evaluate": self._evaluation_step}[name]
            # Without AutoGraph, which takes seconds and does not reach into Keras' layers anyway.
            self._functions[name] = tf.function(
                lambda data, order: self._loop(step, data, order),
                jit_compile=self._jit_compile,
                autograph=False,
            )
        return self._functions[name]

    def _loop(self, step, data, order):
        def body(i, table):
            losses = step({k: tf.gather(v, order[i]) for k, v in data.items()})
            return i + 1, table.write(i, tf.stack([losses[name] for name in self.names]))

        steps = order.shape[0]
        table = tf.TensorArray(tf.float32, size=steps, element_shape=(len(self.names),))
        _, table = tf.while_loop(lambda i, _: i < steps, body, (tf.constant(0), table))
        return table.stack()

    def _losses(self, batch, training=False, seed=0):
        if hasattr(self.amortizer, "compute_losses"):
            return self.amortizer.compute_losses(batch, training=training, seed=seed)
        loss = self.amortizer.compute_loss(batch, training=training)
        if not isinstance(loss, dict):
            return {"loss": loss}
        # The sum is the loss, also where a part has that name.
        return {**loss, "loss": sum(loss.values())}

    def _evaluation_step(self, batch):
        return self._losses(batch)

    def _train_step(self, batch):
        variables = self.amortizer.trainable_weights
        with tf.GradientTape() as tape:
            losses = self._losses(batch, training=True, seed=None)
            total = self.optimizer.scale_loss(losses["loss"] + sum(self.amortizer.losses))
        gradients = tape.gradient(total, [getattr(v, "value", v) for v in variables])
        self.optimizer.apply(gradients, variables)
        return losses
