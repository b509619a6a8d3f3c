"""The unit of a benchmark: one training."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Cell:
    """One method on one task with one number of simulations and one seed.

    Parameters
    ----------
    method, task : str
    budget : int
        Number of simulations.
    seed : int
        Of the simulations and of the training: it names the run.
    """

    method: str
    task: str
    budget: int
    seed: int

    def key(self, observation: int) -> tuple:
        """What names one row of the results."""
        return (*asdict(self).values(), observation)

    @property
    def file_name(self) -> str:
        """Of what belongs to the cell alone."""
        return f"{self.method}_{self.task}_{self.budget}_{self.seed}"

    def __str__(self):
        return f"{self.method} on {self.task}, {self.budget} simulations, seed {self.seed}"
