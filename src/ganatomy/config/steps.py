"""The steps of an edit in words: which concept's units, in which layer, set to what, and where."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ganatomy.errors import ConfigError

Action = Literal["ablate", "insert", "copy"]
"""Units set to "off", to what they are where a concept is, or to what they are in one cell of one sample."""

ABLATED = ("zero", "low-quantile", "mean-outside")
"""What ablated units can be set to beside a number: 0; each unit's 1 % quantile; its mean outside of the concept."""

INSERTED = ("mean", "published-mean", "quantile")
"""What inserted units can be set to beside a number: each unit's mean in cells of which a third or more shows the
concept; the mean over all cells, weighted by what they show; its 99 % quantile."""

Kind = Literal["rectangle", "mask", "cell", "random-cell", "concept"]


@dataclass(frozen=True)
class Where:
    """A part of the images, as it was asked for."""

    kind: Kind
    said: str
    """What was asked for: a rectangle's corners, a mask's file, `cell:3,4`, a concept."""
    corners: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """Of a rectangle: x0, y0, x1, y1 in fractions of the image."""
    cell: tuple[int, int] = (0, 0)
    """Row and column of a cell, from the top left."""

    @property
    def concept(self) -> str:
        """The concept whose pixels it is."""
        return self.said.removeprefix("concept:")


@dataclass(frozen=True)
class StepSettings:
    """One step: units of a layer moved to a value."""

    action: Action
    """What is done to the units."""
    layer: str
    """Whose units."""
    concept: str | None = None
    """What the step is about; None where units are given by number alone, or a cell is copied."""
    units: tuple[int, ...] = ()
    """Which units; none for the concept's best ones, or for all of a cell that is copied."""
    value: str | float = "zero"
    """One of `ABLATED`, of `INSERTED`, or a number."""
    source: tuple[int, int, int] | None = None
    """Of a copy: sample, row and column."""


def read_where(text: str) -> Where:
    """Return a part of the images that was asked for in words.

    >>> read_where("cell:3,4").cell, read_where("0,0,0.5,1").kind, read_where("grass").kind
    ((3, 4), 'rectangle', 'concept')

    Args:
        text: `x0,y0,x1,y1` in fractions of the image; a PNG file; `cell:ROW,COLUMN`; `cell:random`, one in each sample;
            `concept:NAME`, or a concept's name alone.

    Raises:
        ConfigError: it is none of these.
    """
    if text == "cell:random":
        return Where("random-cell", text)
    if text.startswith("cell:"):
        return Where("cell", text, cell=_cell(text))
    if text.lower().endswith(".png"):
        return Where("mask", text)
    if text.startswith("concept:") or not re.fullmatch(r"[\d\s.,+\-einfa]*", text) or "," not in text:
        if not text.removeprefix("concept:"):
            raise ConfigError("where is empty; give x0,y0,x1,y1, a PNG file, cell:ROW,COLUMN or a concept")
        return Where("concept", text)
    return Where("rectangle", text, corners=_corners(text))


def _cell(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"cell:(\d+),(\d+)", text)
    if not found:
        raise ConfigError(f"where is {text!r}; give cell:ROW,COLUMN, counted from 0 at the top left, or cell:random")
    return int(found[1]), int(found[2])


def _corners(text: str) -> tuple[float, float, float, float]:
    try:
        x0, y0, x1, y1 = (float(part) for part in text.split(","))
    except ValueError:
        x0 = y0 = x1 = y1 = math.nan
    if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
        raise ConfigError(
            f"where is {text!r}; give x0,y0,x1,y1 in fractions of the image with x0 < x1 and y0 < y1, such as "
            "0,0,0.5,1 for its left half"
        )
    return x0, y0, x1, y1


def read_steps(
    layer: str | None,
    ablate: Sequence[str] = (),
    insert: Sequence[str] = (),
    copy: Sequence[str] = (),
    units: Sequence[int] = (),
    value: str | float | None = None,
) -> tuple[StepSettings, ...]:
    """Return the steps of an edit: all ablations, then all insertions, then all copies, each in the order given.

    Args:
        layer: where the steps are made that name no layer of their own.
        ablate: `CONCEPT` or `CONCEPT@LAYER`.
        insert: the same.
        copy: `SAMPLE,ROW,COLUMN` or `SAMPLE,ROW,COLUMN@LAYER`.
        units: of the only step; without a step they are ablated.
        value: what ablated units are set to, or inserted ones, or with a number either.

    Raises:
        ConfigError: there is nothing to do, no layer, a value that is none, or units for more than one step.
    """
    steps = [
        *(_of_concept("ablate", word, layer, units, value) for word in ablate),
        *(_of_concept("insert", word, layer, units, value) for word in insert),
        *(_copied(word, layer, units) for word in copy),
    ]
    if not steps and units:
        steps = [StepSettings("ablate", _layer(layer, "--units"), None, tuple(units), _value("ablate", value))]
    if not steps:
        raise ConfigError("nothing to edit; give a concept with --ablate or --insert, a cell with --copy, or --units")
    if units and len(steps) > 1:
        raise ConfigError(f"units are given for {len(steps)} steps; give them for one, or leave them out")
    _require_use(value, steps)
    return tuple(steps)


def _of_concept(
    action: Action, word: str, layer: str | None, units: Sequence[int], value: str | float | None
) -> StepSettings:
    concept, at, own = word.rpartition("@")
    concept, own = (concept, own) if at else (word, "")
    if not concept or (at and not own):
        raise ConfigError(f"{action} is {word!r}; give CONCEPT, or CONCEPT@LAYER")
    return StepSettings(action, _layer(own or layer, word), concept, tuple(units), _value(action, value))


def _copied(word: str, layer: str | None, units: Sequence[int]) -> StepSettings:
    found = re.fullmatch(r"(\d+),(\d+),(\d+)(?:@(.+))?", word)
    if not found:
        raise ConfigError(f"copy is {word!r}; give SAMPLE,ROW,COLUMN, whole numbers from 0 on, such as 3,7,2")
    source = int(found[1]), int(found[2]), int(found[3])
    return StepSettings("copy", _layer(found[4] or layer, word), None, tuple(units), source=source)


def _layer(layer: str | None, word: str) -> str:
    if not layer:
        raise ConfigError(f"no layer for {word!r}; give --layer, or write CONCEPT@LAYER")
    return layer


def _value(action: Action, value: str | float | None) -> str | float:
    """Return what a step sets its units to: what was asked for, or the default where that is for other steps."""
    own, others = (ABLATED, INSERTED) if action == "ablate" else (INSERTED, ABLATED)
    if value is None or value in others:
        return own[0]
    return value if value in own else _number(value)


def _number(value: str | float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ConfigError(
            f"value is {value if isinstance(value, float) else repr(value)}; give a finite number, for ablations "
            f"{', '.join(ABLATED)}, or for insertions {', '.join(INSERTED)}"
        )
    return number


def _require_use(value: str | float | None, steps: Sequence[StepSettings]) -> None:
    """Return if a value is for some of the steps, and it is clear for which."""
    if value is None:
        return
    actions = {step.action for step in steps}
    if value in (*ABLATED, *INSERTED):
        wanted: Action = "ablate" if value in ABLATED else "insert"
        if wanted not in actions:
            choices = ABLATED if "ablate" in actions else INSERTED if "insert" in actions else ()
            raise ConfigError(
                f"value is {value!r}, but nothing is {'ablated' if wanted == 'ablate' else 'inserted'}; "
                + (f"give {', '.join(choices)} or a number" if choices else "leave it out, a copied cell has its own")
            )
    elif {"ablate", "insert"} <= actions:
        raise ConfigError(
            f"value is {value}, and concepts are ablated and inserted; say in words what is meant, "
            f"{', '.join((*ABLATED, *INSERTED))}, or make two edits"
        )
    elif actions == {"copy"}:
        raise ConfigError(
            f"value is {value}, but nothing is ablated or inserted; leave it out, a copied cell has its own"
        )
    if value == "mean-outside" and any(step.action == "ablate" and step.concept is None for step in steps):
        raise ConfigError("value is 'mean-outside', but no concept is given; name it with --ablate")
