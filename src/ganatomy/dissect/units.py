"""The unit table: what each unit shows, how well, and how well it would by chance."""

from dataclasses import dataclass

import numpy as np

from ganatomy.dissect.agreement import Agreement, Floats
from ganatomy.dissect.levels import FRACTIONS, UNIT_BLOCK
from ganatomy.dissect.tally import Tally
from ganatomy.dissect.thresholds import LEAST_IOU, LEAST_IQR, Choice, threshold_values

RANKED = 50
"""Units kept in the ranking of a concept."""


@dataclass(frozen=True)
class UnitReport:
    """One unit's label and scores, on samples other than those its threshold was chosen on."""

    unit: int
    concept: str | None
    """The concept it agrees with best; None for a unit without a usable threshold, such as a dead one."""
    iou: float
    """IoU with the concept at the threshold, in [0, 1]; NaN without a concept."""
    iqr: float
    """Information quality ratio at the threshold, in [0, 1]; NaN without a concept."""
    threshold: float
    """The activation above which a pixel counts as active; infinite without a concept."""
    level: float
    """The part of the unit's activations that exceed the threshold, 0.001 to 1; NaN without a concept."""
    shuffled_iou: float
    """The null: the IoU with the masks of other samples, averaged over all ways to pair them."""
    interpretable: bool
    """IQR above 0.01 and IoU above 0.05."""
    top: tuple[tuple[int, float], ...]
    """The samples of the highest activation, and that activation, highest first."""


@dataclass(frozen=True)
class LayerReport:
    """The dissection of one layer."""

    layer: str
    concepts: tuple[str, ...]
    concept_area: tuple[float, ...]
    """Part of all pixels of the test samples that show each concept."""
    units: tuple[UnitReport, ...]
    iou: Floats
    """(u, k) IoU of every unit with every concept, at the unit's one threshold; NaN where there is none."""

    @property
    def interpretable(self) -> int:
        """How many units are interpretable."""
        return sum(unit.interpretable for unit in self.units)

    def concept_counts(self) -> list[tuple[str, int, float]]:
        """Return each concept that has interpretable units, how many and their best IoU, most units first."""
        scores: dict[str, list[float]] = {}
        for unit in self.units:
            if unit.interpretable and unit.concept is not None:
                scores.setdefault(unit.concept, []).append(unit.iou)
        counts = [(concept, len(iou), max(iou)) for concept, iou in scores.items()]
        return sorted(counts, key=lambda count: (-count[1], count[0]))

    def ranking(self, concept: str) -> list[tuple[int, float]]:
        """Return the best units of a concept and their IoU, best first, at most `RANKED`.

        As published, every unit is scored at its own threshold, whatever concept that was chosen for.
        """
        column = self.iou[:, self.concepts.index(concept)]
        order = np.argsort(-np.nan_to_num(column), kind="stable")[:RANKED]
        return [(int(unit), float(column[unit])) for unit in order if column[unit] > 0]


def report_layer(layer: str, tally: Tally, choice: Choice, concepts: tuple[str, ...]) -> LayerReport:
    """Return the unit table of a layer.

    Args:
        layer: its name.
        tally: counts of the test samples, with presence counted at the chosen thresholds.
        choice: the concept and threshold of each unit.
        concepts: the names of the concepts.
    """
    iou, iqr = _scores(tally, choice)
    null = shuffled_iou(tally, choice)
    values = threshold_values(tally.edges, choice)
    samples, activations = tally.top.samples.tolist(), tally.top.values.tolist()
    reports = []
    for unit, concept in enumerate(choice.concept.tolist()):
        score = float(iou[unit, concept]) if concept >= 0 else float("nan")
        reports.append(
            UnitReport(
                unit=unit,
                concept=concepts[concept] if concept >= 0 else None,
                iou=score,
                iqr=float(iqr[unit]),
                threshold=float(values[unit]),
                level=float(FRACTIONS[choice.threshold[unit]]) if concept >= 0 else float("nan"),
                shuffled_iou=float(null[unit]),
                interpretable=bool(iqr[unit] > LEAST_IQR and score > LEAST_IOU),
                top=tuple(zip(samples[unit], activations[unit], strict=True)),
            )
        )
    area = tally.shown.counts.sum(1).double() / tally.shown.counts.sum()
    return LayerReport(layer, concepts, tuple(area.tolist()), tuple(reports), iou)


def shuffled_iou(tally: Tally, choice: Choice) -> Floats:
    """Return the (u,) IoU of each unit with its concept in the masks of other samples.

    The mean overlap of a unit in one sample with the mask of another, over all ordered pairs, follows from
    presence per position: sum_p (A_p M_p - overlap_p) / (n (n - 1)), with A_p and M_p the samples in which
    unit and concept are present at p. What is left of the IoU is what position and area alone explain. NaN
    without a concept, and for a single sample.
    """
    n = tally.num_images
    joint = tally.joint.counts.cpu().numpy()
    active, shown = tally.active.counts.double().cpu().numpy(), tally.shown.counts.double().cpu().numpy()
    null = np.full(len(joint), np.nan)
    for unit, (concept, threshold) in enumerate(zip(choice.concept, choice.threshold, strict=True)):
        if concept >= 0 and n > 1:
            overlap = joint[unit, concept, threshold + 1 :].sum()
            others = (active[unit] @ shown[concept] - overlap) / (n - 1)
            union = active[unit].sum() + shown[concept].sum() - others
            null[unit] = others / union if union else np.nan
    return null


def _scores(tally: Tally, choice: Choice) -> tuple[Floats, Floats]:
    """Return the IoU of every unit with every concept, and the IQR with its own, at its threshold."""
    units, concepts, _ = tally.joint.counts.shape
    iou, iqr = np.full((units, concepts), np.nan), np.full(units, np.nan)
    for first in range(0, units, UNIT_BLOCK):
        agreement = Agreement(tally.joint.counts[first : first + UNIT_BLOCK].cpu().numpy())
        overlap, quality = agreement.iou, agreement.information_quality_ratio
        for row in range(len(overlap)):
            unit = first + row
            concept, threshold = choice.concept[unit], choice.threshold[unit]
            if concept >= 0:
                iou[unit] = overlap[row, :, threshold]
                iqr[unit] = quality[row, concept, threshold]
    return iou, iqr
