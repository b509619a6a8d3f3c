"""The arguments that all ``train_*`` methods share."""

from dataclasses import dataclass, field, fields

from .early_stopper import EarlyStopper


@dataclass
class TrainingOptions:
    """`Trainer.train_offline` documents them."""

    save_checkpoint: bool
    optimizer: object
    reuse_optimizer: bool
    early_stopping: bool
    use_autograph: bool
    validation_sims: object
    drop_invalid: bool = False
    early_stopping_args: dict = field(default_factory=dict)
    model_args: dict = field(default_factory=dict)
    val_model_args: dict = field(default_factory=dict)
    conf_args: dict = field(default_factory=dict)
    val_conf_args: dict = field(default_factory=dict)

    @classmethod
    def of(cls, method: str, *shared, **further):
        """Those of a call of ``method``, from its arguments and its ``**options``.

        Raises
        ------
        TypeError
            For an unknown option, also of ``early_stopping_args``.
        ValueError
            For a patience below 1, or early stopping without validation.
        """
        known = [f.name for f in fields(cls)][len(shared) :]
        if unknown := set(further) - set(known):
            raise TypeError(
                f"{method}() got an unexpected keyword argument {unknown.pop()!r}. Options beside "
                f"its own arguments are {', '.join(known)}."
            )
        options = cls(*shared, **further)
        if options.early_stopping and options.validation_sims is None:
            raise ValueError("Early stopping needs validation_sims=.")
        options.make_early_stopper()  # what is wrong with it is told before anything is done
        return options

    def make_early_stopper(self) -> EarlyStopper | None:
        """A new one, if there is to be one."""
        return EarlyStopper(**self.early_stopping_args) if self.early_stopping else None
