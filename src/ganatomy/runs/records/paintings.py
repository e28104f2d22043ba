"""A picture edited by hand: the strokes, and `edits/NAME.json`, where they are a test of later weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from ganatomy.errors import DataError
from ganatomy.runs.records.reading import record_from, to_json
from ganatomy.runs.schemas import ASSERTION, PAINTING

StrokeValue = Literal["insert", "insert_high", "zero", "outside"]
"""What a stroke sets units to: what they are where the concept is, their 99 % quantile, 0, or their mean elsewhere."""


@dataclass(frozen=True)
class SampleRow:
    """Which picture is edited; exactly one of these is given."""

    id: int | None = None
    """Number of a sample."""
    seed: int | None = None
    """Seed of a latent of its own."""
    photo: str | None = None
    """Folder of an inverted photo, without `invert/`."""


@dataclass(frozen=True)
class StrokeRow:
    """Units set to a value in some cells."""

    mode: Literal["draw", "remove"]
    units: tuple[int, ...]
    value: StrokeValue
    cells: str
    """Base64 of a byte a cell, row by row: how much of the stroke is there, of 255."""
    concept: str | None = None
    """What the stroke is about; None of single units."""
    strength: float = 1.0
    """How far units are moved, in [0, 1]."""
    on: bool = True
    """Whether the stroke is made."""


@dataclass(frozen=True)
class PaintingRecord:
    """A sample and the strokes over it, each laid over those before it."""

    SCHEMA: ClassVar[int] = PAINTING
    AGAIN: ClassVar[str] = "paint it again"

    sample: SampleRow
    layer: str
    strokes: tuple[StrokeRow, ...] = ()
    of_class: int | None = None
    """Number of the class, `class` in JSON; None keeps the sample's own."""


@dataclass(frozen=True)
class AssertedRow:
    """What was seen of an edit, and how far later weights may be from it."""

    concept: str | None
    """Whose area it is, as a part of the picture; None for the pixels that changed."""
    before: float
    after: float
    tolerance: float
    """By how much `after - before` may differ."""

    @property
    def change(self) -> float:
        """What was added, `after - before`."""
        return self.after - self.before


@dataclass(frozen=True)
class AssertionRecord:
    """`edits/NAME.json`: an edit, and the effect that it had."""

    SCHEMA: ClassVar[int] = ASSERTION
    AGAIN: ClassVar[str] = "save it again"

    name: str
    edit: dict[str, Any]
    """As `painting_from` reads it."""
    weights: str
    generator: str
    """Fingerprint of the generator that it was made with."""
    segmenter: str
    """Fingerprint of the segmenter that measured the areas; `none` without one."""
    samples_seed: int
    """Of the samples that have numbers."""
    value_images: int
    """Samples on which values of units were found."""
    effect: tuple[AssertedRow, ...] = field(default=())


def painting_from(data: object, source: str) -> PaintingRecord:
    """Return the painting that a JSON value is.

    Args:
        data: the value, with its schema.
        source: what to call it in a message.

    Raises:
        DataError: it is of another schema, a value of it is not what it should be, or it names no one sample.
    """
    if isinstance(data, Mapping):
        data = {**{key: value for key, value in data.items() if key != "class"}, "of_class": data.get("class")}
    record = record_from(PaintingRecord, data, source)
    given = [name for name, value in vars(record.sample).items() if value is not None]
    if len(given) != 1:
        what = " and ".join(given) or "nothing"
        raise DataError(f"{source} is of a sample that is given by {what}; give one of id, seed and photo")
    return record


def painting_json(record: PaintingRecord) -> dict[str, Any]:
    """Return the JSON object of a painting."""
    content = to_json(replace(record, of_class=None))
    del content["of_class"]
    sample = {name: value for name, value in vars(record.sample).items() if value is not None}
    return content | {"sample": sample, "class": record.of_class}
