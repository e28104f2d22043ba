"""The planted world as the causes of its concepts are looked for in it."""

from dataclasses import replace

import torch
from torch import Tensor

from ganatomy.dissect.latents import LatentSet
from ganatomy.intervene.ace.pool import Pool, gather
from ganatomy.intervene.ace.protocol import AceProtocol
from ganatomy.intervene.ace.schedule import QUICK, Schedule
from ganatomy.intervene.halves import Halves
from ganatomy.intervene.rankings import ConceptScores, concept_scores
from ganatomy.models.planted import NUMBER, UNITS
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter

LAYER = "layer1"
SCHEDULE = replace(QUICK, pool=200, train_pairs=48, held_out_pairs=8, proposals=160, steps=60, step_pairs=12)
PROTOCOL = AceProtocol(SCHEDULE, top=2, num_images=40, random_sets=2, curve_images=0)


def latents(n: int, name: str = "test") -> Tensor:
    return LatentSet(PlantedGenerator(), 0, name, n).take(torch.arange(n))


def pool_of(*concepts: str, n: int = 200, schedule: Schedule = SCHEDULE) -> Pool:
    halves = Halves(PlantedGenerator(), LAYER)
    return gather(halves, PlantedSegmenter(), latents(n, "pool"), concepts, schedule.least_share)


def tree_scores() -> ConceptScores:
    """IoU with trees: the copy agrees wholly, crown and trunk are two thirds and one third of every tree."""
    ranked = [(NUMBER["tree copy"], 1.0), (NUMBER["crown"], 2 / 3), (NUMBER["trunk"], 1 / 3)]
    return concept_scores(len(UNITS), ranked, [unit for unit, _ in ranked])


def scores(**iou: float) -> ConceptScores:
    """Scores of units by name, underscores for spaces."""
    ranked = sorted(((NUMBER[name.replace("_", " ")], value) for name, value in iou.items()), key=lambda row: -row[1])
    return concept_scores(len(UNITS), ranked, [unit for unit, _ in ranked])


def numbers(*names: str) -> set[int]:
    return {NUMBER[name] for name in names}
