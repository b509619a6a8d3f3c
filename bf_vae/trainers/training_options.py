"""The arguments that all ``train_*`` methods share."""

from dataclasses import dataclass, field, fields


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
            For an unknown option.
        """
        known = [f.name for f in fields(cls)][len(shared) :]
        if unknown := set(further) - set(known):
            raise TypeError(
                f"{method}() got an unexpected keyword argument {unknown.pop()!r}. Options beside "
                f"its own arguments are {', '.join(known)}."
            )
        return cls(*shared, **further)
