"""`units.json` as the package writes it, with nothing said that a test does not ask for."""

from collections.abc import Mapping, Sequence
from typing import Any

COUNT = {"interpretable": 0, "interpretable_interval": [0.0, 0.0], "concepts": 0, "concepts_interval": [0.0, 0.0]}


def unit_row(unit: int, concept: str | None, interpretable: bool = True, **more: Any) -> dict[str, Any]:
    """Return one unit."""
    scores = dict.fromkeys(("iou", "iqr", "threshold", "level", "shuffled_iou", "shifted_iou", "z", "q"))
    return {
        "unit": unit, "concept": concept, "category": None if concept is None else "object", **scores,
        "iou_interval": [None, None], "interpretable": interpretable, "explained_by": None, "top": [],
        "card": f"cards/unit-{unit:03d}.png", **more,
    }  # fmt: skip


def unit_table(units: Sequence[Mapping[str, Any]], concepts: Sequence[str], **more: Any) -> dict[str, Any]:
    """Return a table of units."""
    return {
        "schema": 2, "layer": "layer1", "generator": "0" * 16, "num_images": 100, "segmenter": "scenes",
        "fingerprint": "scenes-1", "seed": 0,
        "segmenter_settings": {"segmenter": "scenes", "segmenter_weights": None, "input_size": None},
        "image_size": 32, "grid": [32, 32], "profile": "paper", "concepts": list(concepts),
        "categories": ["object"] * len(concepts), "concept_area": [0.1] * len(concepts),
        "interpretable": sum(one["interpretable"] for one in units), "counts": {"paper": COUNT},
        "units": list(units), "ranking": {}, **more,
    }  # fmt: skip
