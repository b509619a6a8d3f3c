"""When to stop: no better validation loss for a while."""


class EarlyStopper:
    """Recommends to stop once the validation loss has not improved for ``patience`` epochs.

    Parameters
    ----------
    patience : int, optional, default: 20
        Epochs without an improvement that are waited for.
    tolerance : float, optional, default: 0
        Smallest decrease of the validation loss, in nats, that counts as one.

    Raises
    ------
    ValueError
        If the patience is below 1.
    """

    def __init__(self, patience: int = 20, tolerance: float = 0.0):
        if patience < 1:
            raise ValueError(f"patience counts epochs, at least 1, got {patience}.")
        self.patience, self.tolerance = patience, tolerance
        self.reset()

    def reset(self) -> None:
        """Forget all losses."""
        self.best, self.waited = float("inf"), 0

    def update_and_recommend(self, loss: float) -> bool:
        """Take in one epoch's validation loss; True means stop."""
        if loss < self.best - self.tolerance:
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        return self.waited >= self.patience
