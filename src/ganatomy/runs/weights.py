"""A run's generators: `weights/generator.json` has the architecture, `weights/{ema,latest}.safetensors` the rest."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.models.dcgan import Generator, GeneratorShape
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, write_json, write_tensors

Which = Literal["ema", "latest"]


def save_generator(run: Run, which: Which, generator: Generator, half: bool = False) -> None:
    """Write the weights of `generator`, as float16 where `half`, and its architecture."""
    kept: Mapping[str, Tensor] = generator.state_dict()
    if half:
        kept = {k: v.half() if v.is_floating_point() else v for k, v in kept.items()}
    write_json(run.path / "weights" / "generator.json", {"schema": 1, "kind": "dcgan", **asdict(generator.shape)})
    write_tensors(run.path / "weights" / f"{which}.safetensors", kept)


def load_generator(run: Run, which: Which = "ema", device: torch.device | str = "cpu") -> Generator:
    """Return the run's generator in evaluation mode: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1].

    Args:
        run: an opened run directory.
        which: `ema`, the average over the survivors, or `latest`, the last one.
        device: where to put it.

    Raises:
        CheckpointError: the weights are missing or do not fit the architecture.
    """
    path = run.path / "weights" / f"{which}.safetensors"
    if not path.exists():
        there = sorted(p.stem for p in path.parent.glob("*.safetensors"))
        has = f"it has {', '.join(there)}" if there else "it has none yet; let it train until its first snapshot"
        raise CheckpointError(f"{run.path} has no weights '{which}'; {has}")
    saved = read_json(run.path / "weights" / "generator.json")
    shape = {key: value for key, value in saved.items() if key not in ("schema", "kind")}
    try:
        generator = Generator(GeneratorShape(**{**shape, "channels": tuple(shape["channels"])}))
        generator.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()})
    except (SafetensorError, RuntimeError, TypeError, KeyError, ConfigError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"{path} does not fit weights/generator.json ({reason}); copy the run again") from None
    return generator.to(device).eval()
