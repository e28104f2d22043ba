"""Random units to hold an edit against: as many, of those that do not carry the concept, or of all others."""

from collections.abc import Collection, Mapping, Sequence

import torch

from ganatomy.dissect.scoring.units import CARRIES
from ganatomy.errors import ConfigError
from ganatomy.intervene.steps import Step
from ganatomy.runs.records.units import UnitTable
from ganatomy.seeds import stream, stream_seed

Draw = tuple[tuple[int, ...], ...]
"""A random set: for each step of an edit, the units that take the place of its own."""


def carriers(table: UnitTable, concept: str) -> tuple[int, ...]:
    """Return the units that carry a concept: labelled by it, or with an IoU of `CARRIES` or more; most agreeing first.

    Early versions ranked no more than 50 units for a concept; of their tables some are missing here.

    Args:
        table: the layer's `units.json`.
        concept: one of its concepts.
    """
    ranked = table.ranking.get(concept, ())
    labelled = {row.unit for row in table.units if row.concept == concept and row.interpretable}
    return tuple(row.unit for row in ranked if row.iou >= CARRIES or row.unit in labelled)


def draw_sets(
    width: int, count: int, num_sets: int, seed: int, without: Collection[int] = ()
) -> tuple[tuple[int, ...], ...]:
    """Return random sets of units, each drawn without replacement.

    Args:
        width: how many units the layer has.
        count: how many each set takes.
        num_sets: how many sets.
        seed: all that they depend on beside the above.
        without: units that are in none of them.

    Raises:
        ConfigError: too few units are left.
    """
    others = [unit for unit in range(width) if unit not in without]
    if len(others) < count:
        raise ConfigError(
            f"{len(others)} of {width} units are left to draw random sets of {count} from; change fewer units, or "
            "choose another layer"
        )
    rng = stream(seed, "edit/random units")
    draws = (torch.randperm(len(others), generator=rng)[:count].tolist() for _ in range(num_sets))
    return tuple(tuple(sorted(others[place] for place in draw)) for draw in draws)


def draw_arms(
    steps: Sequence[Step], widths: Mapping[str, int], num_sets: int, seed: int
) -> tuple[tuple[Draw, ...], tuple[Draw, ...]]:
    """Return random sets to hold an edit against: of units that carry none of its concepts, and of all others.

    No unit that the edit changes is in them. There are none of the first kind where no dissection tells which units
    carry a concept, or too few do not; and none at all where a step changes every unit of its layer.

    Args:
        steps: of the edit.
        widths: how many units each of its layers has.
        num_sets: how many sets of each kind.
        seed: all that they depend on beside the above.

    Raises:
        ConfigError: too few units are left.
    """
    if any(len(step.units) == widths[step.layer] for step in steps):
        return (), ()
    others = _draws(steps, widths, num_sets, seed, {layer: _changed(steps, layer) for layer in widths})
    if any(step.agreement is None for step in steps):
        return (), others
    without = {layer: _changed(steps, layer) | _carrying(steps, layer) for layer in widths}
    if any(widths[step.layer] - len(without[step.layer]) < len(step.units) for step in steps):
        return (), others
    return _draws(steps, widths, num_sets, stream_seed(seed, "edit/noncarriers"), without), others


def _draws(
    steps: Sequence[Step], widths: Mapping[str, int], num_sets: int, seed: int, without: Mapping[str, set[int]]
) -> tuple[Draw, ...]:
    by_step = [
        draw_sets(
            widths[step.layer],
            len(step.units),
            num_sets,
            seed if place == 0 else stream_seed(seed, f"edit/step {place}"),
            without[step.layer],
        )
        for place, step in enumerate(steps)
    ]
    return tuple(zip(*by_step, strict=True))


def _changed(steps: Sequence[Step], layer: str) -> set[int]:
    return {unit for step in steps if step.layer == layer for unit in step.units}


def _carrying(steps: Sequence[Step], layer: str) -> set[int]:
    return {unit for step in steps if step.layer == layer and step.agreement for unit in step.agreement.carriers}
