"""`history.json` as the package writes it, of units that are written by hand."""

from typing import Any

from ganatomy.config.jsonable import unstructured
from ganatomy.dissect.history import appearances
from ganatomy.runs.records.history import HistoryRecord, Moment
from ganatomy.runs.records.reading import record_from, row_from

CONCEPTS = ("other", "sky", "sea", "boat")
SHOWN: dict[int, list[str | None]] = {
    0: [None, None, None, None],
    100: ["boat", "sky", None, None],
    200: ["sea", "sky", "sky", None],
    300: ["sea", "sky", "sky", "sea"],
}
"""Of each generation, what four units show: the boat is lost, the sea comes late."""
IOU = (0.2, 0.3, 0.4, 0.5)


def history_record(
    shown: dict[int, list[str | None]] | None = None, layers: tuple[str, ...] = ("layer2", "blocks.3")
) -> dict[str, Any]:
    """Return a history in which every layer has shown the same."""
    moments = [moment(generation, units) for generation, units in (SHOWN if shown is None else shown).items()]
    told = [unstructured(one) for one in appearances([*map(read_moment, moments)], CONCEPTS)]
    layer = {"moments": moments, "appearances": told}
    return {
        "schema": 1, "segmenter": "scenes", "fingerprint": "scenes-4be1c3-input-own", "profile": "paper", "counting": 1,
        "protocol": {"num_images": 50, "seed": 3, "grid": None, "top": 1, "blocks": 20, "misaligned": False},
        "concepts": list(CONCEPTS), "categories": ["other", "object", "object", "object"],
        "layers": [{"layer": name, **layer} for name in layers],
    }  # fmt: skip


def read_history(record: dict[str, Any]) -> HistoryRecord:
    """Return the record as `history.json` is read."""
    return record_from(HistoryRecord, record, "history.json")


def read_moment(moment: dict[str, Any]) -> Moment:
    """Return the moment as it is read."""
    return row_from(Moment, moment, "history.json", "dissect again")


def moment(generation: int, units: list[str | None]) -> dict[str, Any]:
    there = [concept for concept in units if concept]
    return {
        "generation": generation, "generator": "ab", "grid": [32, 32],
        "interpretable": len(there), "interpretable_interval": [max(0, len(there) - 1), len(there) + 1],
        "concepts": len(set(there)), "concepts_interval": [len(set(there)), len(set(there))],
        "by_place": 0, "by_area": 0, "unit_concepts": [concept or "sky" for concept in units],
        "unit_iou": list(IOU), "unit_interpretable": [concept is not None for concept in units],
    }  # fmt: skip
