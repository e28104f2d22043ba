"""Pictures of an edit: the same samples before, after, and with random units edited instead; changes are outlined."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from ganatomy.data.grids import labelled_rows, write_grid
from ganatomy.data.images import to_uint8
from ganatomy.dissect.cards import enlarged, zero_line
from ganatomy.intervene.baseline import CHANGED, Baseline
from ganatomy.intervene.changes import Change
from ganatomy.intervene.effects import EditEffects
from ganatomy.intervene.steps import PreparedEdit, Step
from ganatomy.runs.records.effects import DONE

SHOWN, COLUMNS, COMPARED = 24, 6, 6
"""Samples in a grid, its columns, and samples in the comparison."""

MOST_NAMED = 3
"""Steps that the label of the comparison tells of."""

TILE = 128
"""Least side of an image in pixels."""

OUTLINE = (1.0, 0.1, 0.85)
"""A colour that few pictures have."""
OUTLINE_WIDTH = 1.6
SMOOTHED = 5
"""Pixels a side over which changed ones are averaged, so that single ones have no outline."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Pictured:
    """The samples that pictures show, and the arms that they are shown in."""

    baseline: Baseline
    """The samples unedited."""
    samples: NDArray[np.int64]
    """Their numbers."""
    edit: tuple[Change, ...]
    random: tuple[Change, ...]
    """The same of a random set; none where none was drawn."""
    labels: tuple[str, ...]
    """What to call each arm; a newline breaks the line."""
    photos: Tensor | None = None
    """(m, s, s, 3) uint8, of which these are the inversions; None for samples."""

    def first(self, count: int) -> "Pictured":
        """Return the first `count` of the samples."""
        chosen = torch.arange(min(count, len(self.samples)), device=self.baseline.z.device)
        return Pictured(
            self.baseline.take(chosen),
            self.samples[:count],
            tuple(change.take(chosen) for change in self.edit),
            tuple(change.take(chosen) for change in self.random),
            self.labels,
            None if self.photos is None else self.photos[chosen],
        )


def to_show(prepared: PreparedEdit, effects: EditEffects, photos: Tensor | None = None) -> Pictured:
    """Return what pictures show of an edit; of random units the first set, of those that do not carry the concept.

    Args:
        prepared: the steps, and the samples unedited.
        effects: what they change.
        photos: (n, s, s, 3) uint8, where inverted photos are edited in place of samples: all of them are shown.
    """
    samples = samples_to_show(prepared) if photos is None else np.arange(min(len(photos), SHOWN))
    chosen = torch.from_numpy(samples).to(prepared.baseline.z.device)
    draws = effects.noncarriers or effects.others
    random = [step.change(units) for step, units in zip(prepared.steps, draws[0], strict=True)] if draws else []
    return Pictured(
        prepared.baseline.take(chosen),
        samples,
        tuple(step.change().take(chosen) for step in prepared.steps),
        tuple(change.take(chosen) for change in random),
        ("before" if photos is None else "inverted", _label(prepared.steps), "random units\ninstead"),
        None if photos is None else photos[chosen],
    )


def samples_to_show(prepared: PreparedEdit) -> NDArray[np.int64]:
    """Return the first `SHOWN` samples, of those that `rule_of` names."""
    first, baseline = prepared.steps[0], prepared.baseline
    found = np.arange(len(baseline))
    if first.action == "ablate" and first.concept is not None:
        areas = baseline.areas[:, baseline.segmenter.concepts.index(first.concept)]
        found = np.flatnonzero(areas >= areas.mean())
    elif first.place is not None and first.place.pixels.ndim == 3:
        found = np.flatnonzero(first.place.pixels.flatten(1).any(1).cpu().numpy())
    return found[:SHOWN]


def rule_of(prepared: PreparedEdit) -> str:
    """Return in words which samples are shown: those that have what the first step is about."""
    first = prepared.steps[0]
    if first.action == "ablate" and first.concept is not None:
        return "the first samples with at least the concept's mean area"
    if first.place is not None and first.place.pixels.ndim == 3:
        return "the first samples that have a region"
    return "the first samples"


@torch.no_grad()
def arms_of(pictured: Pictured) -> dict[str, Tensor]:
    """Return the images (m, s, s, 3) uint8 of the samples before, after, and with random units edited."""
    baseline = pictured.baseline
    arms = {"before": baseline.images}
    for arm, changes in (("after", pictured.edit), ("after-random", pictured.random)):
        if changes:
            arms[arm] = to_uint8(baseline.halves.above(baseline.featuremaps, baseline.kept, changes))
    return {arm: images.cpu() for arm, images in arms.items()}


def outlined(before: Tensor, after: Tensor) -> Tensor:
    """Return images (m, S, S, 3) uint8 after an edit, enlarged, with the regions outlined in which pixels changed.

    Args:
        before: (m, s, s, 3) uint8.
        after: the same.
    """
    tiles = enlarged(after, TILE)
    changed = ((before.short() - after.short()).abs().amax(3) > CHANGED).float()[:, None]
    share = F.avg_pool2d(F.pad(changed, (SMOOTHED // 2,) * 4, mode="replicate"), SMOOTHED, stride=1)
    excess = F.interpolate(share, size=tiles.shape[2:], mode="bicubic") - 0.5
    line = zero_line(excess, OUTLINE_WIDTH)
    return _pixels(tiles + (torch.tensor(OUTLINE).view(1, 3, 1, 1) - tiles) * line)


def comparison(pictured: Pictured, count: int = COMPARED) -> Image.Image:
    """Return samples before, after and with random units edited as labelled rows, with what changed outlined."""
    shown = pictured.first(count)
    rows, labels = _rows(arms_of(shown)), pictured.labels
    if shown.photos is not None:
        rows, labels = [_pixels(enlarged(shown.photos.cpu(), TILE)).numpy(), *rows], ("photo", *labels)
    return labelled_rows([[Image.fromarray(tile) for tile in row] for row in rows], labels[: len(rows)])


def write_pictures(folder: Path, pictured: Pictured) -> dict[str, str]:
    """Write a grid of each arm, one of what changed, and the comparison; return the name of each file.

    Args:
        folder: where to.
        pictured: what to show.
    """
    arms = arms_of(pictured)
    grids = {arm: _pixels(enlarged(images, TILE)) for arm, images in arms.items()}
    if pictured.photos is not None:
        grids["photo"] = _pixels(enlarged(pictured.photos.cpu(), TILE))
    grids["changed"] = outlined(arms["before"], arms["after"])
    for name, tiles in grids.items():
        write_grid(folder / f"{name}.png", tiles.numpy(), COLUMNS)
    comparison(pictured).save(folder / "compare.png")
    names = {name.replace("-", "_"): f"{name}.png" for name in grids}
    return names | {"compare": "compare.png"}


def _rows(arms: dict[str, Tensor]) -> list[Pixels]:
    before = arms["before"]
    after = [outlined(before, images).numpy() for arm, images in arms.items() if arm != "before"]
    return [_pixels(enlarged(before, TILE)).numpy(), *after]


def _label(steps: Sequence[Step]) -> str:
    """Return what was done, in lines of at most a few words; of many steps the first ones."""
    lines: list[str] = []
    for step in steps[:MOST_NAMED]:
        units = f"{len(step.units)} unit{'s' * (len(step.units) > 1)}"
        if step.concept is None:
            lines += [units, DONE[step.action]]
        else:
            labelled = f", {step.agreement.labelled} labelled" if step.agreement else ""
            lines += [f"{step.concept} {DONE[step.action]}:", units + labelled]
    return "\n".join(lines + [f"and {len(steps) - MOST_NAMED} more"] * (len(steps) > MOST_NAMED))


def _pixels(tiles: Tensor) -> Tensor:
    return tiles.mul(255).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1)
