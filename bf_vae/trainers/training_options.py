"""The arguments that all ``train_*`` methods share."""

from dataclasses import dataclass, field


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
