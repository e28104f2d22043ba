"""What a repair found as rows of tables, for the command line and for Python."""

import math

from ganatomy.intervene.repair.gain import Gain
from ganatomy.intervene.repair.repairing import Repair
from ganatomy.metrics.names import printed_name
from ganatomy.tables import Row

MOST_MOVES = 8
"""Concepts named, those that move most."""


def figure_name(found: Repair) -> str:
    """Return what the distance may be called, such as `KD[efficientnet]`."""
    extractor = found.bench.extractor
    return printed_name(found.protocol.metric, extractor.name, extractor.fingerprint)


def answer(found: Repair) -> str:
    """Return in a sentence what came of it."""
    if found.refusal is not None or found.acceptance is None:
        return f"nothing to repair was found: {found.refusal}"
    said = f"accepted: {count(len(found.units))} of {found.layer} off, baked"
    random = found.acceptance.random
    as_good = sum(trial.is_accepted(found.protocol.budget) for trial in random)
    return f"{said}; {as_good} of {len(random)} random sets would be as well" if as_good else said


def method_rows(found: Repair) -> list[Row]:
    """Return what each method nominated, and what was kept of it on the choosing half."""
    kept = {one.method: one for one in found.sets}
    scored: list[Row] = [
        {
            "method": one.method,
            "candidates": " ".join(map(str, one.candidates)),
            "highest": max((float(value) for value in one.values if math.isfinite(value)), default=None),
            "random": one.random,
            "kept": " ".join(map(str, kept[one.method].units)) if one.method in kept else "",
            "gain_in_choosing": kept[one.method].gain if one.method in kept else None,
        }
        for one in found.scores
    ]
    given = kept.get("given")
    if given is None:
        return scored
    units = " ".join(map(str, given.units))
    row: Row = {"method": "given", "candidates": units, "highest": None, "random": None, "kept": units}
    return [{**row, "gain_in_choosing": given.gain}, *scored]


def held_out_rows(found: Repair) -> list[Row]:
    """Return the distances of held-out images before and after, of the chosen set and of random ones."""
    if found.acceptance is None:
        return []
    chosen, budget = found.acceptance.chosen, found.protocol.budget
    rows = [
        _gain_row(f"{count(len(chosen.units))}, random images", chosen.plain, chosen.is_accepted(budget)),
        _gain_row(f"{count(len(chosen.units))}, images of high activation", chosen.high, None),
    ]
    for trial in found.acceptance.random:
        said = " ".join(map(str, trial.units))
        rows.append(_gain_row(f"random units {said}", trial.plain, trial.is_accepted(budget)))
    return rows


def move_rows(found: Repair) -> list[Row]:
    """Return the concepts that move most, of those that are measured."""
    if found.acceptance is None:
        return []
    measured = [move for move in found.acceptance.chosen.moves if move.is_measured]
    return [
        {
            "concept": move.concept,
            "area_before": move.before,
            "area_after": move.after,
            "change": move.change,
            "low": move.interval.low,
            "high": move.interval.high,
            "within_budget": move.keeps(found.protocol.budget),
        }
        for move in sorted(measured, key=lambda move: -abs(move.change))[:MOST_MOVES]
    ]


def count(units: int) -> str:
    """Return a number of units in words."""
    return f"{units} unit{'s' * (units != 1)}"


def _gain_row(arm: str, gain: Gain, is_accepted: bool | None) -> Row:
    low, high = gain.interval
    return {
        "off": arm,
        "before": gain.before,
        "after": gain.after,
        "gain": gain.value,
        "low": low,
        "high": high,
        "accepted": is_accepted,
    }
