"""A run's generators: the architecture in `weights/generator.json`, the rest in `{ema,latest,best}.safetensors`.

Weights of a generator that grew in its training say in their own file which size they are of: it may be another one.

Averages kept of single generations stand beside them as `generation-NNNNNN.safetensors`, and what `ganatomy repair`
made as `repaired.safetensors`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch import Tensor, nn

from ganatomy.errors import CheckpointError, ConfigError, IncompatibleRun
from ganatomy.models.adaptation import AdaptedGenerator, adapt
from ganatomy.models.classes import of_one_class
from ganatomy.models.kinds import KINDS
from ganatomy.models.protocol import GeneratorNetwork, ImageGenerator
from ganatomy.runs import schemas
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, write_json, write_tensors
from ganatomy.runs.layout import ARCHITECTURE, MANIFEST, WEIGHTS
from ganatomy.runs.manifest import Images, architecture_file, open_manifest
from ganatomy.runs.outside import OUTSIDE, OutsideShape, adapted, built
from ganatomy.runs.trust import named_code

GENERATION = "generation-"
OWN_ARCHITECTURE = "architecture"
"""What it is called in a file of weights."""
LISTED = 6
"""Kept generations that are named one by one where weights are not there."""


REPAIRED = "repaired"
"""The weights without the artifact units that `ganatomy repair` found."""


def save_generator(run: Run, which: str, generator: GeneratorNetwork, half: bool = False) -> None:
    """Write the weights of `generator`, as float16 where `half`, and its architecture.

    Args:
        run: where to.
        which: `ema`, `latest`, `best` or, for the average at a generation, `generation-500`.
        generator: what to write.
        half: whether as float16.
    """
    kept: Mapping[str, Tensor] = generator.state_dict()
    if half:
        kept = {k: v.half() if v.is_floating_point() else v for k, v in kept.items()}
    write_json(run.path / ARCHITECTURE, _architecture(generator))
    write_tensors(_path(run, which), kept, _own_architecture(generator))


def save_outside(run: Run, which: str, shape: OutsideShape, generator: AdaptedGenerator) -> None:
    """Write the weights of a generator that comes with its own code, and what is known of it.

    Args:
        run: where to.
        which: as for `save_generator`.
        shape: what it is built and called with.
        generator: what to write.
    """
    write_json(run.path / ARCHITECTURE, {"schema": schemas.ARCHITECTURE, "kind": OUTSIDE, **asdict(shape)})
    write_tensors(_path(run, which), generator.state_dict())


def save_repaired(run: Run, generator: nn.Module, said: Mapping[str, str]) -> Path:
    """Write weights of the run's own architecture as `repaired`, and return the file.

    Args:
        run: where to.
        generator: what to write.
        said: what stands in the file beside the weights: of which weights they are, and without which units.
    """
    path = _path(run, REPAIRED)
    write_tensors(path, generator.state_dict(), {**said, **_own_architecture(generator)})
    return path


def load_generator(run: Run, which: str = "ema", device: torch.device | str = "cpu") -> GeneratorNetwork:
    """Return the run's generator in evaluation mode: latents (n, z_dim) to images in [-1, 1], or to points.

    Args:
        run: an opened run directory.
        which: `ema`, the average over the survivors; `latest`, the last one; `best`, the average that scored best;
            `generation-500`, the average that was kept of that generation; `repaired`, without artifact units.
        device: where to put it.

    Raises:
        CheckpointError: the weights are missing, do not fit the architecture or are of an unknown kind.
        IncompatibleRun: it comes with code of its own, which the user has not named.
    """
    path = _path(run, which)
    if not path.exists():
        raise CheckpointError(f"{run.path} has no weights '{which}'; {_those_there(run)}")
    saved = read_json(architecture_file(run))
    try:
        generator = _untrained(run, _said_beside(path) or saved)
        generator.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()})
    except (SafetensorError, RuntimeError, TypeError, json.JSONDecodeError, ConfigError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"{path} does not fit weights/generator.json ({reason}); copy the run again") from None
    return generator.to(device).eval()


def load_image_generator(
    run: Run, which: str = "ema", device: torch.device | str = "cpu", of_class: str | int | None = None
) -> GeneratorNetwork:
    """Return the run's generator in evaluation mode: latents (n, z_dim) to images (n, 3, s, s) in [-1, 1].

    Where the run's manifest means other values by black and white, or another order of channels, they are converted.

    Args:
        run: an opened run directory.
        which: as for `load_generator`.
        device: where to put it.
        of_class: name or number of the one class that all images are of; None draws all as likely.

    Raises:
        CheckpointError: the weights are missing, do not fit the architecture or are of an unknown kind.
        ConfigError: there is no such class, or the generator takes none.
        DataError: the manifest cannot be read.
        IncompatibleRun: the generator makes points in the plane.
    """
    generator = _as_meant(run, which, device)
    return generator if of_class is None else of_one_class(generator, of_class)


def _as_meant(run: Run, which: str, device: torch.device | str) -> GeneratorNetwork:
    """Return the run's generator with black, white, channels and classes as its manifest means them."""
    generator = load_generator(run, which, device)
    if not isinstance(generator, ImageGenerator):
        raise IncompatibleRun(f"{run.path} makes points in the plane; give a run that makes images")
    manifest = open_manifest(run) if (run.path / MANIFEST).exists() else None
    if manifest is None or isinstance(generator, AdaptedGenerator):
        return generator
    if generator.class_names is not None and manifest.class_names is not None:
        generator.class_names = manifest.class_names
    meant, has_classes = manifest.images, generator.class_names is None and manifest.class_names is not None
    if meant == Images() and not has_classes:
        return generator
    return adapt(
        generator, value_range=(meant.low, meant.high), channel_order=meant.channels, classes=manifest.class_names
    )


def kept_generations(run: Run) -> list[int]:
    """Return the generations whose average was kept, in order."""
    names = (path.stem.removeprefix(GENERATION) for path in (run.path / WEIGHTS).glob(f"{GENERATION}*.safetensors"))
    return sorted(int(name) for name in names if name.isdecimal())


def drop_generations(run: Run, after: int) -> None:
    """Delete what was kept of generations later than `after`: a resumed training makes them anew."""
    for generation in kept_generations(run):
        if generation > after:
            _path(run, f"{GENERATION}{generation}").unlink()


def _path(run: Run, which: str) -> Path:
    """Return the file of some weights; generations have six digits, so that their files sort by name."""
    number = which.removeprefix(GENERATION)
    stem = f"{GENERATION}{int(number):06d}" if which.startswith(GENERATION) and number.isdecimal() else which
    return run.path / WEIGHTS / f"{stem}.safetensors"


def _those_there(run: Run) -> str:
    names = sorted(path.stem for path in (run.path / WEIGHTS).glob("*.safetensors"))
    generations = [f"{GENERATION}{generation}" for generation in kept_generations(run)]
    if len(generations) > LISTED:
        generations = [f"{len(generations)} from {generations[0]} to {generations[-1]}"]
    there = [*(name for name in names if not name.startswith(GENERATION)), *generations]
    return f"it has {', '.join(there)}" if there else "it has none yet; let it train until its first snapshot"


def _architecture(generator: nn.Module) -> dict[str, Any]:
    kind, shape = getattr(generator, "kind", None), getattr(generator, "shape", None)
    assert isinstance(kind, str)  # as those of KINDS have
    assert is_dataclass(shape)
    assert not isinstance(shape, type)
    return {"schema": schemas.ARCHITECTURE, "kind": kind, **asdict(shape)}


def _own_architecture(generator: nn.Module) -> dict[str, str]:
    """Return what the weights of a generator that grows say of its architecture in their own file."""
    if getattr(generator, "grows", False) is not True:
        return {}
    return {OWN_ARCHITECTURE: json.dumps(_architecture(generator))}


def _said_beside(path: Path) -> dict[str, Any] | None:
    """Return the architecture that stands in a file of weights; None where generator.json has it."""
    with safe_open(path, framework="pt") as file:
        text = (file.metadata() or {}).get(OWN_ARCHITECTURE)
    said = None if text is None else json.loads(text)
    if not isinstance(said, dict | None):
        raise TypeError(f"it says that its architecture is {said!r}")
    return said


def _untrained(run: Run, saved: dict[str, Any]) -> GeneratorNetwork:
    place, read = str(architecture_file(run)), schemas.ARCHITECTURE
    if said := schemas.problem(place, saved.get("schema"), read, "copy the run again"):
        raise CheckpointError(said)
    kind = saved.get("kind")
    if kind == OUTSIDE:
        outside = OutsideShape.of(saved)
        manifest = open_manifest(run)
        module = built(named_code(outside.module, run.path), outside)
        return adapted(module, outside, manifest.images, manifest.class_names)
    if kind not in KINDS:
        raise CheckpointError(
            f"{run.path} has a generator of kind '{kind}'; this version knows {', '.join(KINDS)}; "
            "read it with the version that wrote it"
        )
    network, shape = KINDS[kind]
    fields = {name: value for name, value in saved.items() if name not in ("schema", "kind")}
    return network(shape(**{name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}))
