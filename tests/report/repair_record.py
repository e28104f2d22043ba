"""What `ganatomy repair` records, made of arithmetic."""

from typing import Any


def gain(before: float, after: float, low: float, high: float) -> dict[str, Any]:
    return {"before": before, "after": after, "interval": [low, high]}


def move(concept: str, before: float, after: float, **more: Any) -> dict[str, Any]:
    change = after / before - 1 if before else None
    bounds = None if change is None else [change - 0.01, change + 0.01]
    return {
        "concept": concept, "before": before, "after": after, "change": change, "interval": bounds,
        "is_measured": before > 0.002, "keeps": True,
    } | more  # fmt: skip


def trial(units: list[int], plain: dict[str, Any], **more: Any) -> dict[str, Any]:
    moves = [move("sky", 0.4, 0.4), move("tree", 0.1, 0.11), move("boat", 0.0, 0.0)]
    return {
        "units": units, "plain": plain, "high": gain(2.0, 1.0, 0.8, 1.2), "moves": moves, "is_accepted": True,
    } | more  # fmt: skip


def record_json(**more: Any) -> dict[str, Any]:
    scores = [
        {"method": "distance", "values": [1.0, 5.0, None, 2.0], "random": 1.0, "deviation": 0.5, "candidates": [1]},
        {"method": "local", "values": [0.2, 0.9, None, 0.8], "random": None, "deviation": None, "candidates": [1, 3]},
    ]
    step = {"unit": 1, "gain": gain(0.2, 0.1, 0.05, 0.15), "num_images": 100, "is_kept": True, "moved": None}
    return {
        "schema": 1, "layer": "layer2", "weights": "ema", "generator": "g" * 16, "metric": "kd", "figure": "KD[toy]",
        "value": "zero", "extractor": "toy", "extractor_fingerprint": "e" * 16, "data": "photos.zip", "num_real": 200,
        "num_images": 100, "num_high": 20, "top_images": 5, "segmenter": "scenes", "fingerprint": "scenes-1",
        "budget": 0.1, "seed": 0, "scores": scores,
        "sets": [{"method": "distance", "units": [1], "gain": 0.1, "steps": [step]}],
        "method": "distance", "units": [1], "constants": [0.0], "trial": trial([1], gain(0.2, 0.1, 0.05, 0.15)),
        "random": [trial([0], gain(0.2, 0.3, -0.2, 0.0), is_accepted=False)], "refusal": None,
        "baked": {"way": "before", "difference": 1e-7, "num_images": 100, "generator": "b" * 16},
        "warnings": ["mind the gap"],
    } | more  # fmt: skip
