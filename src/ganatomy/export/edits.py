"""An edit that `ganatomy edit` recorded, made part of a generator: in its weights where that is exact, else as a blend.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.2, equation 3. An edit that does not depend on the
sample is one blend a layer, whose strength and values are constants.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path

import torch
from torch import Tensor, nn

from ganatomy.config.steps import read_where
from ganatomy.errors import ConfigError, IncompatibleRun, LayerError
from ganatomy.hooks import record
from ganatomy.intervene.changes import Blend, Change
from ganatomy.intervene.places import fixed_place
from ganatomy.intervene.repair.baking import bake
from ganatomy.models.fingerprint import made_by
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import EDITS, EFFECTS
from ganatomy.runs.records.effects import EffectsRecord, StepRow
from ganatomy.runs.records.reading import read_record

OF_EACH_SAMPLE = ("random-cell", "concept")
"""Parts of the images that each sample has its own of."""


@dataclass(frozen=True)
class RecordedEdit:
    """An edit of a run."""

    path: Path
    """Its folder."""
    record: EffectsRecord

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers whose units it changes, each once."""
        return tuple(dict.fromkeys(step.layer for step in self.record.all_steps))

    @property
    def title(self) -> str:
        """The steps in words."""
        return "; ".join(
            step.said if step.where is None else f"{step.said} in {step.where}" for step in self.record.all_steps
        )


@dataclass(frozen=True, eq=False)
class EditedGenerator:
    """A generator with an edit: what is left of it where the weights cannot hold it."""

    generator: nn.Module
    """Latents to images; its weights hold the edit where `blends` are none."""
    blends: Mapping[str, Blend] = field(default_factory=dict)
    """By layer, what is to be made of its output at each pass."""
    reason: str = ""
    """Why weights do not hold the edit, where they do not."""


def find_edit(run: Run, name: str) -> RecordedEdit:
    """Return an edit of a run.

    Args:
        run: the run.
        name: of the edit's folder, its number alone, or its path.

    Raises:
        ConfigError: there is none, or several have that number.
        DataError: its record is not what it should be.
    """
    folders = sorted(path.parent for path in (run.path / EDITS).glob(f"*/{EFFECTS}"))
    wanted = Path(name).name
    found = [
        path for path in folders if path.name == wanted or path.name.split("-")[0].lstrip("0") == wanted.lstrip("0")
    ]
    if not folders:
        raise ConfigError(f"edit is {name!r}, but {run.path} has no edits; `ganatomy edit` makes one")
    if len(found) != 1:
        there = ", ".join(path.name for path in folders)
        raise ConfigError(f"edit is {name!r}, of which {run.path} has {len(found) or 'none'}; choose one of {there}")
    return RecordedEdit(found[0], read_record(EffectsRecord, found[0] / EFFECTS))


def with_edit(generator: nn.Module, edit: RecordedEdit, weights: str, z: Tensor) -> EditedGenerator:
    """Return a generator with a recorded edit.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode; it stays as it is.
        edit: the edit.
        weights: which weights of the run these are, for the message.
        z: (n, z_dim) latents on which baked and edited images are compared.

    Raises:
        IncompatibleRun: the edit was measured on other weights.
        ConfigError: it is made in another place in each sample.
        LayerError: a layer that it changes is none of the generator's.
    """
    if edit.record.generator and not made_by(generator, edit.record.generator):
        raise IncompatibleRun(
            f"{edit.path} was measured on other weights than '{weights}'; give the --weights that it was measured on, "
            "or measure it again"
        )
    changes = changes_of(generator, edit, z)
    try:
        return EditedGenerator(_baked(generator, changes, z))
    except LayerError as error:
        return EditedGenerator(generator, blends_of(generator, changes, z), str(error))


def changes_of(generator: nn.Module, edit: RecordedEdit, z: Tensor) -> list[Change]:
    """Return the changes that an edit makes one after another.

    Args:
        generator: the generator.
        edit: the edit.
        z: one latent or more, (n, z_dim).

    Raises:
        ConfigError: a step is made in another place in each sample, or in one that is not there any more.
        LayerError: a layer that it changes is none of the generator's, or has no cells.
    """
    shapes = _shapes(generator, edit.layers, z)
    size = int(generator.image_size)  # type: ignore[arg-type]
    return [_change(step, size, shapes[step.layer], edit.path) for step in edit.record.all_steps]


@torch.no_grad()
def blends_of(generator: nn.Module, changes: Sequence[Change], z: Tensor) -> dict[str, Blend]:
    """Return what several changes that are the same in all samples make of each layer, as constants (1, u, ...).

    Args:
        generator: the generator.
        changes: the later ones are laid over the earlier.
        z: one latent or more, (n, z_dim).

    Raises:
        LayerError: a layer is none of the generator's, or has no units to change.
    """
    layers = tuple(dict.fromkeys(change.layer for change in changes))
    with record(generator, layers) as recorded:
        generator(z[:1])
    return {
        layer: reduce(Blend.then, (one.blend(recorded[layer]) for one in changes if one.layer == layer))
        for layer in layers
    }


def _baked(generator: nn.Module, changes: Sequence[Change], z: Tensor) -> nn.Module:
    for change in changes:
        generator = bake(generator, change, z).generator
    return generator


@torch.no_grad()
def _shapes(generator: nn.Module, layers: Sequence[str], z: Tensor) -> dict[str, tuple[int, ...]]:
    with record(generator, layers) as recorded:
        generator(z[:1])
    return {layer: tuple(recorded[layer].shape[1:]) for layer in layers}


def _change(step: StepRow, size: int, shape: tuple[int, ...], path: Path) -> Change:
    where = None if step.where is None else read_where(step.where)
    if where is not None and where.kind in OF_EACH_SAMPLE:
        raise ConfigError(
            f"{path} is made in {step.where!r}, which is another place in each sample or was given in Python; an "
            "export can hold an edit of the whole map, of a rectangle, of a PNG file or of one cell"
        )
    values = step.values or (float(step.value),)
    value = values[0] if len(values) == 1 else torch.tensor(values)
    region = None if where is None else fixed_place(where, size, step.layer, shape).region
    return Change(step.layer, step.units, value, step.strength, region)
