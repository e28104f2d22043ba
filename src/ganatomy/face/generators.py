"""Generators to open up: of a run, the packaged one, or a module of your own."""

from pathlib import Path
from typing import TypeVar, cast

import torch
from PIL import Image
from torch import nn

from ganatomy.data.grids import image_grid
from ganatomy.data.images import to_uint8
from ganatomy.directions import DirectedGenerator
from ganatomy.errors import ConfigError
from ganatomy.models.classes import of_one_class
from ganatomy.models.given import as_generator
from ganatomy.models.protocol import GeneratorNetwork, device_of, sample_latents
from ganatomy.progress.choice import shown_progress
from ganatomy.runs.directory import Run, open_run
from ganatomy.runs.manifest import open_manifest
from ganatomy.runs.packaged import packaged_run
from ganatomy.runs.weights import load_image_generator
from ganatomy.seeds import stream

COLUMNS = 8

G = TypeVar("G", bound=GeneratorNetwork)


def load(run: Path | str, weights: str = "ema", device: torch.device | str = "cpu") -> GeneratorNetwork:
    """Return the generator of a run, in evaluation mode.

    Args:
        run: the run directory.
        weights: `ema`, the average over the survivors; `latest`, the last one; `best`, the average that scored best;
            `generation-500`, the average that was kept of that generation; `repaired`, without artifact units.
        device: where to put it.

    Raises:
        IncompatibleRun: there is no run, or it makes points in the plane.
        CheckpointError: the weights are missing, or do not fit the architecture.
    """
    opened = open_run(Path(run))
    return of_run(load_image_generator(opened, weights, device), opened)


def packaged(device: torch.device | str = "cpu") -> GeneratorNetwork:
    """Return the generator that the package brings along: 64 px scenes, grown by evolution.

    >>> packaged().image_size
    64
    """
    run = packaged_run()
    return of_run(load_image_generator(run, device=device), run)


def of_class(generator: nn.Module, name_or_number: str | int) -> GeneratorNetwork:
    """Return a generator that takes classes as one of a single class: whatever opens it up sees that class alone.

    Args:
        generator: any generator of images that takes a class, see `adapt`; it stays as it is.
        name_or_number: of the class.

    Raises:
        ConfigError: there is no such class, or the generator takes none.
    """
    opened = as_generator(generator, shown_progress(None))
    if isinstance(opened, DirectedGenerator):
        return DirectedGenerator(
            of_one_class(cast(GeneratorNetwork, opened.network), name_or_number), opened.directions
        )
    return of_one_class(opened, name_or_number)


def samples(generator: nn.Module, num_images: int = 24, seed: int = 0) -> Image.Image:
    """Return images of a generator as one picture, in rows of eight.

    Args:
        generator: any generator of images; latents are (n, z_dim).
        num_images: how many, 1 or more.
        seed: of the latents.

    Raises:
        ConfigError: the module has no `z_dim`, or gives no images, or fewer than one are asked for.
    """
    if num_images < 1:
        raise ConfigError(f"num_images is {num_images}; give 1 or more")
    opened = as_generator(generator, shown_progress(None))
    with torch.no_grad():
        latents = sample_latents(opened, num_images, stream(seed, "samples")).to(device_of(opened))
        images = to_uint8(opened(latents)).cpu()
    return image_grid(images.numpy(), min(COLUMNS, num_images))


def of_run(generator: G, run: Run) -> G:
    """Return a run's generator, told whether the run is of scenes: `dissect` asks it where no segmenter is named."""
    generator.is_of_scenes = open_manifest(run).is_of_scenes
    return generator
