"""Images that a segmenter was made for are told from others, and what cannot be told is not."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ganatomy.dissect.domain import check_domain, look_again, nearest_kind, num_checked, said, warning
from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.models.planted import PlantedGenerator
from ganatomy.segment.areas import Floats
from ganatomy.segment.function import FunctionSegmenter
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.segment.reference import ReferenceImages

RNG = np.random.default_rng(0)
CONCEPTS = ("other", "sky", "tree")


def images_of(sky: float, sure: float, n: int = 60) -> tuple[Floats, Floats]:
    """Return confidences about `sure`, and areas (n, 3) of which the sky has about `sky` and trees the rest."""
    part, confidence = RNG.normal(0, 0.05, n), RNG.normal(0, 0.02, n)
    part += sky - part.mean()
    return np.clip(confidence - confidence.mean() + sure, 0, 1), np.stack([0 * part, part, 1 - part], 1)


def kind(name: str, size: int, sky: float, sure: float) -> ReferenceImages:
    confidence, areas = images_of(sky, sure, 100)
    return ReferenceImages(name, size, confidence, areas)


def segmenter(*kinds: ReferenceImages) -> NetworkSegmenter:
    return NetworkSegmenter(
        "own", CONCEPTS, ("other", "object", "object"), "own-1", torch.nn.Identity(), 8, reference=kinds
    )


KNOWN = segmenter(kind("lawns", 64, 0.2, 0.95), kind("skies", 64, 0.8, 0.95), kind("skies", 128, 0.8, 0.7))


def test_images_of_its_kind_are_not_called_others() -> None:
    check = check_domain(KNOWN, *images_of(0.8, 0.95), 64, np.random.default_rng(0))
    assert check.made_for is not None
    assert check.less_sure is not None
    assert (check.made_for.name, check.made_for.image_size) == ("skies", 64)
    assert check.less_sure.interval.low < 0.5 < check.less_sure.interval.high
    assert not check.differs
    assert warning(check) is None
    assert said(check).startswith(
        "As far as can be told, segmenter 'own' was made for images like these: of pairs, one"
    )
    assert [one.concept for one in check.seen] == ["sky", "tree"]
    assert check.seen[0].made_for == pytest.approx(0.8, abs=0.02)


def test_images_that_it_is_unsure_of_are_others() -> None:
    check = check_domain(KNOWN, *images_of(0.8, 0.7), 64, np.random.default_rng(0))
    assert (check.is_less_sure, check.is_apart, check.differs) == (True, False, True)
    assert said(check).startswith("Segmenter 'own' was not made for images like these: of pairs, one of these images")
    assert "at 64 px, it is less sure of this in 100 of 100 (95 % interval 9" in str(warning(check))
    assert "with a mean confidence of 70% against 95%" in said(check)
    assert str(warning(check)).endswith("Look at the cards, or take another segmenter: docs/segmenters.md")


def test_images_whose_concepts_cover_other_areas_are_others() -> None:
    check = check_domain(KNOWN, *images_of(0.45, 0.95), 64, np.random.default_rng(0))
    assert (check.is_less_sure, check.is_apart, check.differs) == (False, True, True)
    assert "the areas of its concepts are 25% of the pixels apart, where chance gives" in said(check)


def test_a_few_images_are_too_few_to_tell() -> None:
    confidence, areas = images_of(0.8, 0.7, 3)
    check = check_domain(KNOWN, confidence[:1], areas[:1], 64, np.random.default_rng(0))
    assert check.apart is None
    assert check.less_sure is not None
    assert check.less_sure.value == 1
    assert not check.differs
    alone = replace(check, less_sure=None)
    assert said(alone).endswith("was made for images like these: there are too few images to compare.")


def test_the_nearest_size_comes_before_the_nearest_areas() -> None:
    _, areas = images_of(0.8, 0.9)
    categories = KNOWN.categories
    found = [nearest_kind(KNOWN.reference, areas, categories, size) for size in (16, 64, 100, 512)]
    assert [(one.name, one.image_size) for one in found if one] == [("skies", 64)] * 2 + [("skies", 128)] * 2
    assert nearest_kind((), areas, categories, 64) is None


def test_a_segmenter_without_known_images_says_that_its_confidence_is_no_proof() -> None:
    check = check_domain(segmenter(), *images_of(0.8, 0.95), 64, np.random.default_rng(0))
    assert (check.made_for, check.less_sure, check.apart, check.differs) == (None, None, None, False)
    assert said(check) == (
        "It is not known what images segmenter 'own' was made for. Its mean confidence in what it names is 95%, with 3 "
        "concepts to choose from; that much is no proof, for networks are sure of noise too. It names mostly sky (80% "
        "of the pixels), tree (20% of the pixels): see on the cards whether that is there."
    )


def test_a_segmenter_of_labels_alone_says_so() -> None:
    labels = FunctionSegmenter("mine:segment", CONCEPTS, ("object",) * 3, "1", lambda images: images)
    check = check_domain(labels, None, np.zeros((4, 3)), 64, np.random.default_rng(0))
    assert said(check) == (
        "Segmenter 'mine:segment' gives labels alone and does not tell how sure it is of these images. It names nothing"
        ": see on the cards whether that is there."
    )
    known = check_domain(KNOWN, None, images_of(0.8, 0.9)[1], 64, np.random.default_rng(0))
    assert known.less_sure is None
    assert "the areas of its concepts" in said(known)


def test_a_tenth_of_the_images_is_segmented_once_more() -> None:
    assert [num_checked(n) for n in (1, 7, 30, 100, 500, 1000, 20_000)] == [1, 7, 20, 20, 50, 100, 100]


def test_samples_are_those_that_units_are_scored_on_whatever_the_batch() -> None:
    generator = PlantedGenerator().eval()
    one, none = look_again(generator, PlantedSegmenter(), DissectionProtocol(num_images=30, seed=3, batch_size=7))
    larger = DissectionProtocol(num_images=30, seed=3, batch_size=32)
    other, areas = look_again(generator, PlantedSegmenter(), larger, with_areas=True)
    assert one is not None
    assert one == pytest.approx(other)
    assert (one.shape, none.shape, areas.shape) == ((20,), (20, 0), (20, 7))
    dissected = dissect_layers(generator, PlantedSegmenter(), ["layer1"], larger)
    assert np.array_equal(areas, dissected.areas[:20])
    labels = FunctionSegmenter("l", ("a",), ("object",), "1", lambda images: images)
    assert look_again(generator, labels, larger)[0] is None
