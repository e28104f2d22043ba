"""`ace/LAYER/CONCEPT.json` as the package writes it, made of arithmetic."""

from typing import Any

CONCEPTS = ("other", "sky", "tree", "boat")
AREAS = (0.1, 0.5, 0.2, 0.0)


def estimate(value: float | None) -> dict[str, Any]:
    return {"value": value, "interval": None if value is None else [0.9 * value, 1.1 * value]}


def effects(kept: float) -> list[dict[str, Any]]:
    """Effects on every concept: trees are kept by a part, the others wholly."""
    rows = []
    for concept, area in zip(CONCEPTS, AREAS, strict=True):
        left = None if not area else kept if concept == "tree" else 1.2
        rows.append(
            {
                "concept": concept, "area": area, "at_cell": estimate(None if not area else 2.5),
                "in_image": estimate(None if not area else 0.04), "kept": estimate(left), "inserted": estimate(0.5),
            }
        )  # fmt: skip
    return rows


def curve(ranking: str, kind: str, *values: float) -> dict[str, Any]:
    return {
        "ranking": ranking, "kind": kind, "units": [3, 1, 2], "sizes": [1, 2, 3], "values": list(values),
        "intervals": [[0.9 * value, 1.1 * value] for value in values],
    }  # fmt: skip


def cause_record(**more: Any) -> dict[str, Any]:
    """Return the causes of trees among four units."""
    rankings = ("ace", "iou", "gradient", "single unit")
    curves = [curve(ranking, kind, 0.8, 0.5, 0.1) for ranking in rankings for kind in ("ablation", "insertion")]
    return {
        "schema": 1, "concept": "tree", "layer": "layer3", "generator": "0" * 16, "segmenter": "scenes",
        "fingerprint": "scenes-1-64", "schedule": "quick", "protocol": {"num_images": 150, "curve_images": 100},
        "alphas": [0.0, 0.8, 0.3, 1.0], "ranking": [3, 1, 2, 0], "iou": [0.0, 0.1, 0.6, 0.2],
        "value": [0.5, 0.5, 0.5, 0.5],
        "sets": [
            {"name": "ace", "units": [[3, 1]], "effects": effects(0.1)},
            {"name": "iou", "units": [[2, 3]], "effects": effects(0.4)},
            {"name": "random of all", "units": [[0, 1], [1, 2]], "effects": effects(0.9)},
        ],
        "present": 480, "candidates": 480, "proposals": 600, "successes": 500, "losses": [0.5, 0.2],
        "held_out": [0.3], "passes": {"pool": 400, "optimisation": 5760, "curves": 6400}, "passes_official": 103_000,
        "seconds": 90.0, "curves": curves, **more,
    }  # fmt: skip
