"""`areas.json` and `agreement.json` as the package writes them, of areas made by arithmetic."""

from pathlib import Path

import numpy as np
from tests.report.fixture_run import AREAS, CONCEPTS, write

from ganatomy.dissect.areas.files import comparison_record
from ganatomy.runs.records.areas import AgreementRecord, AreasRecord
from ganatomy.runs.records.reading import record_from

DRAWN = {"sky": 1.0, "tree": 1.5, "water": 0.45, "building": 0.03, "grass": 1.3, "road": 0.97, "boat": 0.0}
"""How much of its real area each concept gets."""


def areas_record(n: int = 300, m: int = 600, seed: int = 0) -> dict[str, object]:
    """Return a comparison of areas that are spread over images as they are in photographs."""
    rng = np.random.default_rng(seed)
    factors = np.array([DRAWN.get(name, 1.05) for name in CONCEPTS])
    real, generated = _spread(rng, m, np.array(AREAS)), _spread(rng, n, np.array(AREAS) * factors)
    head = {"schema": 1, "segmenter": "scenes", "fingerprint": "scenes-4be1c3-input-own", "segmenter_settings": {}}
    return head | comparison_record(generated, real, Scenes(), seed)


def read_areas(record: dict[str, object]) -> AreasRecord:
    """Return the record as `areas.json` is read."""
    return record_from(AreasRecord, record, "areas.json")


class Scenes:
    """The names of a segmenter."""

    concepts = CONCEPTS
    categories = tuple("other" if name == "other" else "object" for name in CONCEPTS)


def _spread(rng: np.random.Generator, n: int, means: np.ndarray) -> np.ndarray:
    """Return (n, k) areas: a concept is in some images only, and there more or less."""
    present = rng.uniform(size=(n, len(means))) < np.clip(2.5 * means**0.5, 0.02, 0.98)
    weights = rng.gamma(2.0, means / 2, (n, len(means))) * present / np.clip(2.5 * means**0.5, 0.02, 0.98)
    return weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)


def shared(concept, iou, chance, first, second, read_from=None, interval=True):
    bounds = [max(0.0, iou - 0.03), min(1.0, iou + 0.03)] if iou is not None and interval else None
    return {"concept": concept, "read_from": read_from or [concept], "area_first": first, "area_second": second,
            "iou": iou, "interval": bounds, "chance": chance}  # fmt: skip


def agreement_record(**more: object) -> dict[str, object]:
    return {
        "schema": 1, "generator": "0" * 16, "first": {"name": "scenes", "fingerprint": "scenes-4be1c3-input-own"},
        "second": {"name": "ade20k", "fingerprint": "ade20k-77aa00-input-129"}, "reading": {"sea": "water"},
        "seed": 0, "level": 0.95, "num_images": 500,
        "pixels": {"compared": 0.81, "agreement": 0.87, "interval": [0.86, 0.88], "chance": 0.31},
        "concepts": [
            shared("sky", 0.93, 0.55, 0.38, 0.39), shared("tree", 0.52, 0.12, 0.16, 0.11),
            shared("water", 0.61, 0.07, 0.09, 0.1, ["water", "sea", "river"]),
            shared("door", 0.0, 0.0, 0.001, 0.0, interval=False), shared("boat", None, None, 0.0, 0.0),
        ],
        "only_first": ["sun", "roof"], "only_second": [f"thing {n}" for n in range(40)],
    } | more  # fmt: skip


def read_agreement(record: dict[str, object]) -> AgreementRecord:
    """Return the record as `agreement.json` is read."""
    return record_from(AgreementRecord, record, "agreement.json")


def add_areas(run: Path) -> Path:
    """Write both files into a run and return it."""
    write(run / "dissect/areas.json", areas_record())
    write(run / "dissect/agreement.json", agreement_record())
    return run
