"""What a saved model says of itself."""

from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime

import numpy as np

from .._version import __version__
from ..amortizers.amortizer import check_weights
from ..amortizers.vae_amortizer import VAEAmortizer
from ..installed_versions import installed_versions

# Raised by one whenever cards, or the models beside them, can no longer be read by older versions.
FORMAT = 1
PACKAGES = ("keras", "tensorflow", "tensorflow-probability", "numpy")


@dataclass
class ModelCard:
    """Description of a trained amortizer, saved in its ``.keras`` file.

    Parameters
    ----------
    method : str
        Class of the amortizer, such as "CPVAEAmortizer".
    num_parameters : int
    data_shapes : dict
        Shape of one observation, by the amortizer's key, such as ``{"summary_conditions": [8]}``.
    support : list or None
        ``[lower, upper]``, each a number or a list of one a parameter, in the units of theta; None
        for infinite. None as a whole: unbounded.
    description : str, optional
        Task, simulator, units: whatever a user of the file should know.
    parameter_names, observable_names : list of str, optional
        Names of columns, in order.
    training : dict, optional
        See `training_record`.
    versions : dict, optional
        Of bf_vae and the packages that it runs on.
    created : str, optional
        Date and time, UTC.
    format : int, optional
        Of the file.
    """

    method: str
    num_parameters: int
    data_shapes: dict
    support: list | None = None
    description: str = ""
    parameter_names: list[str] | None = None
    observable_names: list[str] | None = None
    training: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)
    created: str = ""
    format: int = FORMAT

    @classmethod
    def of(cls, amortizer, **details) -> "ModelCard":
        """Card of a built amortizer; ``details`` are the arguments from ``description`` on.

        Raises
        ------
        TypeError
            If it is no posterior.
        RuntimeError
            If it has no weights yet.
        ValueError
            If the names do not fit its dimensions.
        """
        if not isinstance(amortizer, VAEAmortizer):
            raise TypeError(
                "Cards are for posteriors, CPVAEAmortizer and UPVAEAmortizer, not for "
                f"{type(amortizer).__name__}: save a joint amortizer's .posterior, or by save()."
            )
        check_weights(amortizer)
        versions = {"bf_vae": __version__, **installed_versions(PACKAGES)}
        card = cls.of_config(
            type(amortizer).__name__, amortizer.get_config(), amortizer.get_build_config()
        )
        created = datetime.now(UTC).isoformat(timespec="seconds")
        details = {"versions": versions, "created": created, **details}
        return cls(**{**asdict(card), **details})._checked()

    @classmethod
    def of_config(cls, method: str, config: dict, build_config: dict) -> "ModelCard":
        """Card from what Keras saves of an amortizer: dimensions and support only."""
        # All lengths but the number of features are the summary network's to judge.
        shapes = {
            k: [None] * (len(v) - 2) + [v[-1]] for k, v in build_config["input_shape"].items()
        }
        num_parameters = shapes.pop("parameters")[-1]
        bounds = config.get("support")
        support = None if bounds is None else [_without_infinity(bound) for bound in bounds]
        return cls(method, num_parameters, shapes, support)

    @classmethod
    def from_dict(cls, values: dict) -> "ModelCard":
        """The card that `to_dict` described.

        Raises
        ------
        ValueError
            If it has a newer format than this version of bf_vae knows, or is damaged.
        """
        if values.get("format", FORMAT) > FORMAT:
            made_by = values.get("versions", {}).get("bf_vae", "a newer version")
            raise ValueError(
                f"was made by a newer bf_vae ({made_by}; installed is {__version__}). "
                "Update bf_vae: git pull in its clone, or install it again."
            )
        known = {f.name for f in fields(cls)}
        try:
            return cls(**{k: v for k, v in values.items() if k in known})
        except TypeError as error:
            raise ValueError(f"has a damaged model card ({error}).") from error

    @property
    def observable_shape(self) -> tuple:
        """Shape of one observation, None where the model leaves a length open.

        Raises
        ------
        ValueError
            If the model takes direct conditions, which files do not give.
        """
        if list(self.data_shapes) != ["summary_conditions"]:
            raise ValueError(
                f"This model takes {', '.join(self.data_shapes)}; files give observables only. Use "
                "it from Python: amortizer.sample({...}, n_samples)."
            )
        return tuple(self.data_shapes["summary_conditions"])

    def takes(self, observables) -> bool:
        """Whether an array of shape (n, ...) holds observations of this model.

        Raises
        ------
        ValueError
            As `observable_shape`.
        """
        shape = self.observable_shape
        return observables.ndim == len(shape) + 1 and all(
            size in (None, found) for size, found in zip(shape, observables.shape[1:], strict=True)
        )

    def to_dict(self) -> dict:
        """The card as a document of strings, numbers, lists and dictionaries."""
        return asdict(self)

    def _checked(self):
        sizes = {"parameter_names": self.num_parameters}
        if self.observable_names is not None:
            sizes["observable_names"] = sum(shape[-1] for shape in self.data_shapes.values())
        for name, size in sizes.items():
            given = getattr(self, name)
            if given is not None and len(given) != size:
                raise ValueError(f"{name} needs {size} names, got {len(given)}: {given}.")
        return self


def _without_infinity(bound):
    """Bounds as JSON holds them: None where there is none."""
    values = np.where(np.isfinite(bound), np.asarray(bound, object), None)
    return values.tolist()
