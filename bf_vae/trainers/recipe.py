"""How the default estimators are trained, by ``bf-vae fit``, `fit_compiled` and the benchmark."""

EPOCHS, LEARNING_RATE, HELD_OUT, LARGEST_BATCH = 200, 4e-3, 0.1, 128


def batch_size(num_simulations: int) -> int:
    """A tenth of the simulations at most.

    A small budget needs as many steps as a large one; with fewer the posterior stays too wide.
    """
    return min(LARGEST_BATCH, num_simulations // 10)


def train(trainer, simulations: dict, epochs: int = EPOCHS) -> dict:
    """Train with a tenth of the simulations held out, and return the losses."""
    return trainer.train_offline(
        simulations,
        epochs=epochs,
        batch_size=batch_size(len(simulations["parameters"])),
        validation_sims=HELD_OUT,
        early_stopping=True,
    )
