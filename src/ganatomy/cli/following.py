"""The command that comes next, printed below what a command has found."""

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from ganatomy.config.evolve import POINT_DATA

Results = Mapping[str, Any]


def following(command: str, settings: object, results: Results) -> str | None:
    """Return the command that most people give next, or None where there is no such.

    Args:
        command: the one that has run.
        settings: its settings.
        results: what it found.
    """
    if command not in NEXT or "next" in results:
        return None
    words = NEXT[command](settings, results)
    return shlex.join(["ganatomy", *map(str, words)])


def _after_evolve(settings: Any, results: Results) -> list[Any]:
    return ["score" if settings.data.data not in POINT_DATA else "report", results["run"]]


def _after_score(settings: Any, results: Results) -> list[Any]:
    return ["report", *settings.runs]


def _after_dissect(settings: Any, results: Results) -> list[Any]:
    layers = [layer for layer in results.get("layers", []) if isinstance(layer.get("concepts"), list)]
    if len(settings.runs) != 1 or not any(layer["concepts"] for layer in layers):
        return ["report", *settings.runs]
    layer = max(layers, key=lambda one: sum(row["units"] for row in one["concepts"]) / one["units"])
    concept = layer["concepts"][0]["concept"]
    return ["edit", settings.runs[0], "--layer", layer["layer"], "--ablate", concept]


def _to_report(settings: Any, results: Results) -> list[Any]:
    return ["report", settings.run]


def _after_edit(settings: Any, results: Results) -> list[Any]:
    concepts = [*settings.ablate, *settings.insert]
    if settings.layer is None or not concepts:
        return _to_report(settings, results)
    return ["context", settings.run, "--layer", settings.layer, "--concepts", *concepts]


def _after_ace(settings: Any, results: Results) -> list[Any]:
    concept = settings.concepts[0]
    return ["edit", settings.run, "--layer", settings.layer, "--ablate", concept, "--ranking", "ace"]


def _after_repair(settings: Any, results: Results) -> list[Any]:
    if results["accepted"]:
        return ["export", settings.run, "--weights", "repaired"]
    return _to_report(settings, results)


NEXT: dict[str, Callable[[Any, Results], list[Any]]] = {
    "evolve": _after_evolve,
    "score": _after_score,
    "dissect": _after_dissect,
    "edit": _after_edit,
    "ace": _after_ace,
    "context": _to_report,
    "repair": _after_repair,
    "invert": _to_report,
}
