"""The benchmark's GATSBI, trained on a GPU by JAX: on a CPU its authors' 20,000 epochs take days.

Three steps, of which the second needs a machine with a GPU, JAX and Keras 3, but neither
TensorFlow nor bf_vae, only this file and the folder of the networks:

    python benchmarks/gatsbi_on_gpu.py prepare two_moons build/gatsbi
    KERAS_BACKEND=jax python benchmarks/gatsbi_on_gpu.py train build/gatsbi
    python benchmarks/gatsbi_on_gpu.py record build/gatsbi

Networks, losses, order of the updates and settings are those of ``bf-vae benchmark --methods
gatsbi``. ``record`` writes rows as the benchmark does, with the training's machine, but without
times and memory: a GPU's do not compare with the other methods'. Its seconds are among the
settings. Matrix products have JAX's default precision: TensorFloat-32 on recent GPUs.
"""

import argparse
import importlib
import json
import sys
import time
import types
from importlib.metadata import version
from pathlib import Path

import numpy as np

METHODS = Path(__file__).parents[1] / "bf_vae" / "benchmark" / "methods"
CHUNK = 100  # epochs in one call


def prepare(options):
    """Simulations and observations, on the networks' scale."""
    from dataclasses import asdict

    from bf_vae.benchmark.methods.gatsbi import GatsbiSettings, scales
    from bf_vae.benchmark.provenance import provenance
    from bf_vae.simulators import get_simulator
    from bf_vae.trainers.fingerprint import fingerprint

    simulator = get_simulator(options.task)
    simulations = simulator.sample(options.budget, seed=options.seed)
    theta, y = scales(simulator, simulations)
    observations = np.stack([simulator.observation(i) for i in options.observations])
    options.folder.mkdir(parents=True, exist_ok=True)
    np.savez(
        options.folder / "simulations.npz",
        theta=theta.forward(simulations["parameters"]),
        y=y.forward(simulations["observables"]),
        observations=y.forward(observations),
    )
    cell = {"method": "gatsbi", "task": options.task, "budget": options.budget}
    description = {
        "cell": cell | {"seed": options.seed},
        "observations": options.observations,
        "settings": asdict(GatsbiSettings()),
        "simulations": fingerprint(simulations),
        "revision": provenance()["revision"],
    }
    (options.folder / "cell.json").write_text(json.dumps(description, indent=2))


def train(options):
    """Both networks, then draws for each observation."""
    import jax
    import keras

    gatsbi = _networks()
    description = json.loads((options.folder / "cell.json").read_text())
    settings, seed = description["settings"], description["cell"]["seed"]
    settings["epochs"] = options.epochs or settings["epochs"]
    if settings["epochs"] % CHUNK:
        raise SystemExit(f"--epochs must be a multiple of {CHUNK}, got {settings['epochs']}.")
    data = np.load(options.folder / "simulations.npz")
    theta, y = (jax.numpy.asarray(data[name]) for name in ("theta", "y"))
    settings["batch_size"] = min(settings["batch_size"], len(theta))
    keras.utils.set_random_seed(seed)
    generator = gatsbi.Generator(theta.shape[1], settings["generator_width"])
    generator.build(y.shape)
    width, depth = (settings[f"discriminator_{name}"] for name in ("width", "depth"))
    discriminator = gatsbi.Discriminator(width, depth)
    discriminator.build(theta.shape, y.shape)
    state, epochs = _adversarial_epochs(gatsbi, generator, discriminator, theta, y, settings)
    started, key = time.perf_counter(), jax.random.key(seed)
    for i in range(settings["epochs"] // CHUNK):
        state = epochs(state, jax.random.fold_in(key, i))
        if i % 10 == 9:
            jax.block_until_ready(state)
            print(f"{(i + 1) * CHUNK} epochs, {time.perf_counter() - started:.0f} s", flush=True)
    jax.block_until_ready(state)
    settings |= {"gpu_seconds": time.perf_counter() - started, "precision": "JAX's default"}
    trained = {"settings": settings, "machine": jax.devices()[0].device_kind}
    trained["versions"] = {name: version(name) for name in ("jax", "keras", "numpy")}
    rng = np.random.default_rng([seed, 4])
    draws = [
        generator.stateless_call(
            state["generator"],
            [],
            np.repeat(observation[None], options.samples, 0),
            rng.normal(size=(options.samples, theta.shape[1])).astype(np.float32),
        )[0]
        for observation in data["observations"]
    ]
    np.savez(options.folder / "draws.npz", draws=np.stack(draws))
    (options.folder / "trained.json").write_text(json.dumps(trained, indent=2))


def record(options):
    """Rows of the results, from the draws."""
    from bf_vae.benchmark.cell import Cell
    from bf_vae.benchmark.cell_runner import add_row
    from bf_vae.benchmark.evaluation import evaluate
    from bf_vae.benchmark.methods import Posterior
    from bf_vae.benchmark.methods.gatsbi import scales
    from bf_vae.benchmark.provenance import provenance
    from bf_vae.benchmark.store import ResultsStore
    from bf_vae.simulators import get_simulator
    from bf_vae.trainers.fingerprint import fingerprint

    description, trained = (
        json.loads((options.folder / name).read_text()) for name in ("cell.json", "trained.json")
    )
    cell = Cell(**description["cell"])
    simulator, store = get_simulator(cell.task), ResultsStore(options.results)
    simulations = simulator.sample(cell.budget, seed=cell.seed)
    if fingerprint(simulations) != description["simulations"]:
        raise SystemExit("The simulations are no longer those that were trained on: prepare again.")
    theta, _ = scales(simulator, simulations)
    versions = json.loads(provenance()["versions"]) | {"training": trained["versions"]}
    common = {
        **description["cell"],
        "machine": trained["machine"],
        "versions": json.dumps(versions),
        "revision": description["revision"],
        "simulations": description["simulations"],
        "contention": False,
    }
    draws = np.load(options.folder / "draws.npz")["draws"]
    missing = store.missing(cell, description["observations"])
    for observation, free in zip(description["observations"], draws, strict=True):
        if observation not in missing:
            print(f"observation {observation}: there already")
            continue
        posterior = Posterior(lambda n, y, free=free: theta.inverse(free[:n]))
        samples, figures = evaluate(posterior, simulator, observation, len(free))
        row = common | figures | {"sample_seconds": None}
        add_row(store, cell, observation, samples, row, trained["settings"])
        print(f"observation {observation}: C2ST {figures['c2st']:.3f}")


def _networks():
    """The benchmark's networks, without bf_vae, which needs TensorFlow."""
    package = types.ModuleType("methods")
    package.__path__ = [str(METHODS)]
    sys.modules["methods"] = package
    return importlib.import_module("methods.gatsbi_networks")


def _adversarial_epochs(gatsbi, generator, discriminator, theta, y, settings):
    """The state of both networks, and a compiled function of it and of a key: ``CHUNK`` epochs."""
    import jax
    from jax import numpy as jnp

    networks = {"generator": generator, "discriminator": discriminator}
    optimizers = {name: gatsbi.make_optimizer(settings["learning_rate"]) for name in networks}
    state = {"directions": [v.value for v in discriminator.non_trainable_variables]}
    for name, network in networks.items():
        optimizers[name].build(network.trainable_variables)
        state[name] = [v.value for v in network.trainable_variables]
        state[f"{name} optimizer"] = [v.value for v in optimizers[name].variables]
    size, d = theta.shape
    batch_size = settings["batch_size"]
    steps = min(settings["discriminator_steps"], size // batch_size)

    def draw(weights, y, key):
        noise = jax.random.normal(key, (len(y), d))
        return generator.stateless_call(weights, [], y, noise)[0]

    def discriminate(weights, state, theta, y, key):
        both = jnp.concatenate([theta, draw(state["generator"], y, key)]), jnp.concatenate([y, y])
        logits, directions = discriminator.stateless_call(
            weights, state["directions"], *both, training=True
        )
        true, false = jnp.split(logits, 2)
        return gatsbi.discrimination_loss(true, false), directions

    def deceive(weights, state, y, key):
        false = draw(weights, y, key), y
        logits, _ = discriminator.stateless_call(
            state["discriminator"], state["directions"], *false
        )
        return gatsbi.deception_loss(logits), state["directions"]

    def step(name, loss, state, *batch):
        gradients, directions = jax.grad(loss, has_aux=True)(state[name], state, *batch)
        weights, optimizer = optimizers[name].stateless_apply(
            state[f"{name} optimizer"], gradients, state[name]
        )
        new = {name: weights, f"{name} optimizer": optimizer, "directions": directions}
        return state | new

    def epoch(state, key):
        keys = jax.random.split(key, steps + 2)
        order = jax.random.permutation(keys[0], size)[: steps * batch_size].reshape(steps, -1)

        def discriminator_step(state, batch):
            rows, key = batch
            return step("discriminator", discriminate, state, theta[rows], y[rows], key), None

        state, _ = jax.lax.scan(discriminator_step, state, (order, keys[2:]))
        return step("generator", deceive, state, y[order[0]], keys[1]), None

    @jax.jit
    def epochs(state, key):
        return jax.lax.scan(epoch, state, jax.random.split(key, CHUNK))[0]

    return state, epochs


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("prepare")
    command.add_argument("task")
    command.add_argument("folder", type=Path)
    command.add_argument("--budget", type=int, default=10_000)
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--observations", type=int, nargs="+", default=[1, 2, 3])
    command.set_defaults(run=prepare)
    command = commands.add_parser("train")
    command.add_argument("folder", type=Path)
    command.add_argument("--epochs", type=int, help="default: the authors' 20,000")
    command.add_argument("--samples", type=int, default=10_000)
    command.set_defaults(run=train)
    command = commands.add_parser("record")
    command.add_argument("folder", type=Path)
    command.add_argument("--results", default="benchmarks/results")
    command.set_defaults(run=record)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
