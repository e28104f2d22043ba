"""The section of repairs: which units look like ones of artifacts, and whether the generator is better without them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganatomy.draw.axes import Axis
from ganatomy.draw.canvas import NAMES, RIGHT, WIDTH, Figure
from ganatomy.draw.charts import Dots, line_figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.rows import Row, row_figure
from ganatomy.draw.scales import Scale
from ganatomy.draw.text import count, signed
from ganatomy.report.images import Picture, embed, open_picture
from ganatomy.runs.layout import REPAIRS
from ganatomy.runs.records.repairs import GainRow, MoveRow, RepairRecord, ScoresRow, TrialRow

PICTURE_BYTES, LEAST_PICTURE_BYTES = 600_000, 75_000
RANK = Axis("units, most suspicious first", least=1.0)
METHODS = {
    "distance": "Top samples against real ones together",
    "nearest": "Top samples against the nearest real ones",
    "local": "Activation within one small spot",
    "discriminator": "Top samples by the discriminator",
}
"""What each method looks at, as the title of its figure."""
UNITS = {"distance": "deviations above random", "local": "part within 3x3 cells"}
MOST_MOVES = 12


@dataclass(frozen=True)
class ShownMove:
    """What became of one concept's area, as text."""

    concept: str
    colour: str
    before: float
    after: float
    change: str
    interval: str
    keeps: bool


@dataclass(frozen=True)
class ShownArm:
    """The distances of one arm and one protocol, as text."""

    name: str
    before: str
    after: str
    gain: str
    interval: str


@dataclass(frozen=True)
class RepairView:
    """One repair for the page."""

    key: str
    record: RepairRecord
    constants: str
    """What the units are set to."""
    random_accepted: int
    arms: tuple[ShownArm, ...]
    moves: tuple[ShownMove, ...]
    scores: tuple[Figure, ...]
    held_out: Figure | None
    pictures: tuple[tuple[str, Picture], ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Those of the scores, and that of the held-out half."""
        return (*self.scores, *((self.held_out,) if self.held_out else ()))


@dataclass(frozen=True)
class RepairsView:
    """All repairs, in their order."""

    repairs: tuple[RepairView, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Those of every repair."""
        return tuple(figure for repair in self.repairs for figure in repair.figures)


def repair_weights(record: RepairRecord) -> dict[str, float]:
    """Return the area of each concept before a repair, in [0, 1]: how much its colour matters."""
    return {move.concept: move.before for move in record.trial.moves} if record.trial else {}


def repair_view(
    run: Path, name: str, record: RepairRecord, key: str, colours: Mapping[str, str], budget: int
) -> RepairView:
    """Return one repair for the page.

    Args:
        run: the run directory.
        name: the repair's directory under `repair/`.
        record: its `repair.json`.
        key: unique in the page.
        colours: a CSS class per concept; unknown concepts are grey.
        budget: bytes for its pictures.

    Raises:
        DataError: a picture that is none or lies outside the run.
    """
    files = (("before", record.before), ("after, what changed outlined", record.after))
    images = [(label, open_picture(run, f"{REPAIRS}/{name}/{file}")) for label, file in files if file]
    return RepairView(
        key=key,
        record=record,
        constants=", ".join(f"{value:g}" for value in dict.fromkeys(record.constants)),
        random_accepted=sum(trial.is_accepted for trial in record.random),
        arms=tuple(_arms(record)),
        moves=_moves(record, colours),
        scores=tuple(score_figure(f"{key}-{one.method}", one, record.units) for one in record.scores),
        held_out=held_out_figure(f"{key}-held-out", record),
        pictures=tuple(
            (label, embed(image, max(LEAST_PICTURE_BYTES, budget) // 2, longest=768))
            for label, image in images
            if image
        ),
    )


def score_figure(key: str, scores: ScoresRow, chosen: Sequence[int]) -> Figure:
    """Return the scores of all units by one method, highest first, with its candidates and the chosen ones marked.

    Args:
        key: unique in the page.
        scores: of every unit; in standard deviations of random samples where the method has them.
        chosen: the units of the chosen set.
    """
    values = np.array([np.nan if value is None else value for value in scores.values])
    if scores.random is not None and scores.deviation:
        values = (values - scores.random) / scores.deviation
    order = np.argsort(-values, kind="stable")
    order = order[np.isfinite(values[order])]
    ranks = np.arange(1, len(order) + 1, dtype=np.float64)
    nominated, kept = np.isin(order, scores.candidates), np.isin(order, chosen)
    clouds = [Dots("units", ranks[~nominated], values[order][~nominated], "c-rest")]
    clouds += [Dots("candidates", ranks[nominated & ~kept], values[order][nominated & ~kept], "o0")]
    clouds += [Dots("chosen", ranks[kept], values[order][kept], "o1")] if kept.any() else []
    said = ", ".join(str(unit) for unit in scores.candidates) or "none"
    return line_figure(
        key,
        METHODS.get(scores.method, scores.method),
        f"Candidates: {said}." + ("" if scores.random is None else " The dashed line is 0: as random samples are."),
        [],
        clouds,
        UNITS["local"] if scores.random is None else UNITS["distance"],
        description=f"Scores of {len(order)} units; candidates are {said}.",
        baseline=None if scores.random is None else 0.0,
        axis=RANK,
    )


def held_out_figure(key: str, record: RepairRecord) -> Figure | None:
    """Return which part of the held-out distance goes, of the chosen set and of random ones; None where none was tried.

    Args:
        key: unique in the page.
        record: the repair.
    """
    if record.trial is None:
        return None
    trials = [(count(len(record.trial.units), "unit"), record.trial)]
    trials += [(f"random {number}", trial) for number, trial in enumerate(record.random, 1)]
    rows = [
        Row(name, "o1" if trial is record.trial else "c-rest", _part(trial.plain), _part(trial.high), not index)
        for index, (name, trial) in enumerate(trials)
    ]
    ends = [end for row in rows for one in (row.filled, row.hollow) for end in (one.low, one.high) if end is not None]
    low, high = max(-1.0, min([0.0, *ends]) * 1.05), min(1.0, max([0.1, *ends]) * 1.05)
    return row_figure(
        key,
        "Nearer to real images",
        "",
        rows,
        Scale(low, high, NAMES, WIDTH - RIGHT - 6),
        names=("random images", "images of high activation"),
        unit=f"part of {record.figure} that goes",
        description=f"On random images {record.figure} goes from {record.trial.plain.before:.3g} to "
        f"{record.trial.plain.after:.3g} without the units.",
        unity=0.0,
    )


def _part(gain: GainRow) -> Bounded:
    """Return a gain as a part of the distance before; unknown where that is not above 0."""
    if gain.before <= 0:
        return Bounded(None)
    low, high = (bound / gain.before for bound in gain.interval)
    return Bounded((gain.before - gain.after) / gain.before, low, high)


def _arms(record: RepairRecord) -> list[ShownArm]:
    if record.trial is None:
        return []
    name = count(len(record.units), "unit")
    trials: list[tuple[str, TrialRow]] = [(name, record.trial)]
    trials += [(f"random units {', '.join(map(str, trial.units))}", trial) for trial in record.random]
    return [
        ShownArm(f"{who}, {where}", f"{gain.before:.3g}", f"{gain.after:.3g}", signed(gain.before - gain.after), said)
        for who, trial in trials
        for where, gain in (("random images", trial.plain), ("high activation", trial.high))
        for said in [" to ".join(signed(bound) for bound in gain.interval)]
    ]


def _moves(record: RepairRecord, colours: Mapping[str, str]) -> tuple[ShownMove, ...]:
    """Return the measured concepts that move most."""
    moves = [move for move in record.trial.moves if move.is_measured] if record.trial else []
    moves.sort(key=lambda move: -abs(move.change or 0.0))
    return tuple(_move(move, colours.get(move.concept, "c-rest")) for move in moves[:MOST_MOVES])


def _move(move: MoveRow, colour: str) -> ShownMove:
    change, bounds = move.change or 0.0, move.interval or (0.0, 0.0)
    said = " to ".join(_percent(bound) for bound in bounds)
    return ShownMove(move.concept, colour, move.before, move.after, _percent(change), said, move.keeps)


def _percent(change: float) -> str:
    return f"{change:+.1%}".replace("-", "\N{MINUS SIGN}")
