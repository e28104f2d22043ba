"""A run's generator for layers that may be directions of others, and directions of a layer as they are asked for."""

from collections.abc import Sequence

import torch
from torch import nn

from ganatomy.config.directions import LATENTS, DirectionsChoice
from ganatomy.directions.axes import Directions
from ganatomy.directions.files import read_directions, read_vectors
from ganatomy.directions.generator import with_layer
from ganatomy.directions.pca import principal_directions
from ganatomy.directions.sefa import closed_form_directions
from ganatomy.errors import IncompatibleRun, LayerNotFound
from ganatomy.hooks import find_layer
from ganatomy.models.fingerprint import made_by
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run
from ganatomy.runs.records.directions import Found
from ganatomy.runs.weights import load_image_generator


def open_generator(
    run: Run,
    layers: Sequence[str],
    weights: str = "ema",
    device: torch.device | str = "cpu",
    progress: Progress = SILENT,
    of_class: str | int | None = None,
) -> GeneratorNetwork:
    """Return a run's generator with all of the layers, those too that are directions of others.

    Such a layer has the directions that were dissected. Of one that was not, its name says them, as `layer3-pca20`
    and `z-sefa10` do: they are found as `find_directions` finds them by itself.

    Args:
        run: an opened run directory.
        layers: the layers that are to be opened; names that say nothing are left to whoever looks for them.
        weights: as for `ganatomy.runs.load_image_generator`.
        device: where to put it.
        progress: told of every sample that directions are found in.
        of_class: as for `ganatomy.runs.load_image_generator`.

    Raises:
        CheckpointError: as for `ganatomy.runs.load_image_generator`.
        IncompatibleRun: it makes points in the plane, or the directions were found in other weights.
        DataError: saved directions are not as this version writes them.
        ConfigError: there are not as many directions, or no such class.
        LayerError: the layer that they are of is none whose directions can be taken.
    """
    generator = load_image_generator(run, weights, device, of_class)
    for layer in dict.fromkeys(layers):
        directions = None if _has(generator, layer) else _directions(run, generator, layer, progress)
        if directions is not None:
            generator = with_layer(generator, directions)
    return generator


def find_directions(
    generator: nn.Module,
    base: str,
    choice: DirectionsChoice,
    num_images: int = 1000,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Directions:
    """Return directions of a layer.

    Args:
        generator: in evaluation mode.
        base: dotted module name of the layer; `z` for the latents.
        choice: which.
        num_images: of `pca`, samples whose cells they are found in.
        seed: of `pca`, of their latents.
        progress: told of every one of these samples.

    Raises:
        ConfigError: there are not as many directions.
        DataError: the file cannot be read or holds none, or activations are NaN or infinite.
        LayerError: no such layer, or one without units.
    """
    number, layer = choice.number or 0, choice.layer_of(base)
    if choice.path is not None:
        return Directions.given(layer, base, read_vectors(choice.path), choice.path.name)
    if choice.kind == "pca":
        vectors, center, shares = principal_directions(generator, base, number, num_images, seed, progress=progress)
        found = Found("pca", shares=tuple(shares.tolist()), num_images=num_images, seed=seed)
    else:
        vectors, center, shares = closed_form_directions(generator, base, number)
        found = Found("sefa", shares=tuple(shares.tolist()))
    directions = Directions(layer, base, vectors, center, found)
    return directions.turned() if choice.is_negative else directions


def _directions(run: Run, generator: nn.Module, layer: str, progress: Progress) -> Directions | None:
    """Return the directions that a layer was dissected by, else those that its name says; None for none."""
    saved = read_directions(run, layer)
    if saved is not None:
        directions, recorded = saved
        if not made_by(generator, recorded):
            raise IncompatibleRun(
                f"the directions '{layer}' of {run.path} were found in other weights than these; give the same "
                f"--weights, or run again with --directions: ganatomy dissect {run.path} --layers {directions.base}"
            )
        return directions
    named = DirectionsChoice.named_by(layer)
    if named is None or not (named[0] == LATENTS or _has(generator, named[0])):
        return None
    return find_directions(generator, *named, progress=progress)


def _has(generator: nn.Module, layer: str) -> bool:
    try:
        find_layer(generator, layer)
    except LayerNotFound:
        return False
    return True
