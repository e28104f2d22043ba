"""What is known of a unit of the planted world."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pytest
import torch
from tests.web.planted_paint import painted, planted_table

from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.nothing import NoConcepts
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.web.layer import PaintedLayer, open_painted
from ganatomy.web.partners import Partners
from ganatomy.web.units import (
    DIMMED,
    Agreeing,
    UnitPage,
    random_samples,
    top_samples,
    unit_page,
    unit_pictures,
    without_random_units,
)

T = TypeVar("T")
DISSECTED = painted(table=planted_table(num_images=50))
PLAIN = painted(num_images=40)


def done(steps: Generator[None, None, T]) -> T:
    """Return what comes of all steps."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: T = end.value
            return found


def page(opened: PaintedLayer, name: str) -> UnitPage:
    return done(unit_page(opened, NUMBER[name], Partners({}), done(without_random_units(opened))))


def test_a_unit_is_what_the_dissection_says_of_it() -> None:
    crown = page(DISSECTED, "crown")
    assert (crown.label, crown.iou, crown.null, crown.counts) == ("tree", 0.9, 0.2, True)
    assert crown.concepts == (Agreeing("tree", 0.9, 0.2),)
    trunk = page(DISSECTED, "trunk")
    assert (trunk.label, trunk.iou, trunk.null, trunk.counts) == (None, None, None, False)
    assert trunk.concepts == (Agreeing("tree", 0.8, None),)


def test_without_a_dissection_a_unit_has_its_activations() -> None:
    unit = page(PLAIN, "sky")
    assert (unit.label, unit.concepts, unit.histogram.threshold) == (None, (), None)
    assert sum(unit.histogram.counts) == 40 * 64
    assert (unit.histogram.edges[0], unit.histogram.edges[-1]) == (0.0, 1.0)
    assert len(unit.histogram.edges) == len(unit.histogram.counts) + 1


def test_top_samples_are_those_of_the_dissection_that_there_are_or_of_those_observed() -> None:
    number = NUMBER["crown"]
    table = planted_table(num_images=50)
    assert [one.sample for one in top_samples(DISSECTED, number)] == [one.sample for one in table.units[number].top]
    beyond = tuple(replace(one, sample=10_000) for one in table.units[number].top)
    damaged = replace(table, units=(*table.units[:number], replace(table.units[number], top=beyond)))
    found = top_samples(painted(table=damaged), number)
    assert len(found) == 8
    highest = DISSECTED.observed.featuremaps[:, number].amax((1, 2))
    assert found[0].activation == float(highest.max())


def test_random_samples_are_always_the_same_and_other_ones_of_other_units() -> None:
    assert random_samples(PLAIN, 3) == random_samples(PLAIN, 3) != random_samples(PLAIN, 4)
    assert len(set(random_samples(PLAIN, 3))) == 8


def test_what_goes_without_a_unit_is_told_beside_random_ones() -> None:
    crown = page(DISSECTED, "crown").effect
    assert crown is not None
    assert crown.concept == "tree"
    assert crown.ace == pytest.approx(2 / 3)
    assert crown.low <= crown.ace <= crown.high
    assert crown.random is not None
    assert crown.random < 0.5
    nothing = page(DISSECTED, "tree copy").effect
    assert nothing is not None
    assert nothing.ace == 0
    sky = page(PLAIN, "sky").effect  # no label: what changes most
    assert sky is not None
    assert (sky.concept, sky.ace) == ("sky", 1.0)


def test_without_concepts_there_is_no_effect() -> None:
    opened = open_painted(PlantedGenerator().eval(), NoConcepts(), "layer1", num_images=4)
    assert page(opened, "sky").effect is None


class Rarely(PlantedSegmenter):
    """Sees a door in the last sample alone."""

    def segment(self, images: torch.Tensor) -> torch.Tensor:
        labels = torch.full((len(images), 1, 16, 16), -1)
        if len(images) < 8:  # the last ones of 39
            labels[-1] = self.concepts.index("door")
        return labels


def test_without_any_of_the_concept_among_the_first_samples_there_is_no_effect() -> None:
    table = planted_table(num_images=39)
    opened = open_painted(PlantedGenerator().eval(), Rarely(), "layer1", table, num_images=39)
    assert opened.seen == ("door",)
    assert page(opened, "door and cloud").effect is None


def test_pictures_are_dimmed_where_the_unit_is_not_active() -> None:
    table = planted_table()
    number = NUMBER["sky"]
    half = tuple(replace(row, threshold=0.5) for row in table.units)
    opened = painted(table=replace(table, units=half), num_images=8)
    seen = opened.observed.take(torch.arange(3))
    sheet = unit_pictures(opened, number, [seen, seen])
    assert sheet.shape == (32, 8 * 16, 3)
    assert not sheet[:, 3 * 16 :].any()
    assert np.array_equal(sheet[:16], sheet[16:])
    images = seen.images.numpy()
    active = seen.featuremaps[:, number].numpy().repeat(2, 1).repeat(2, 2) > 0.5
    light = np.where(active, 1.0, DIMMED)[..., None].astype(np.float32)
    expected = np.concatenate([*np.rint(images * light).astype(np.uint8)], axis=1)
    assert np.array_equal(sheet[:16, : 3 * 16], expected)


def test_without_a_threshold_the_highest_activations_shine() -> None:
    number = NUMBER["noise"]
    sheet = unit_pictures(PLAIN, number, [PLAIN.observed.take(torch.arange(8))])
    bright = (sheet == PLAIN.observed.images[:8].numpy().transpose(1, 0, 2, 3).reshape(16, 128, 3)).all(2)
    seen = PLAIN.observed.images[:8].numpy().transpose(1, 0, 2, 3).reshape(16, 128, 3).any(2)
    assert 0 < (bright & seen).sum() < 0.05 * seen.sum()


def test_steps_are_short_enough_for_others_to_come_between() -> None:
    assert len([*without_random_units(DISSECTED)]) == 6 * 4
    steps: Any = unit_page(DISSECTED, 3, Partners({}), {})
    assert len([*steps]) == 4
