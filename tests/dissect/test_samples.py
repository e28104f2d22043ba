"""Samples can be had again by their numbers; no image is both scored on and used to choose thresholds."""

import numpy as np
import pytest
import torch
from tests.dissect.five_units import FiveUnits

from ganatomy.dissect.samples import TEST, VALIDATION, ImageSamples, images_digest, sample_sets
from ganatomy.errors import DataError

SHADES = np.arange(10, dtype=np.uint8)[:, None, None, None].repeat(4, 1).repeat(4, 2).repeat(3, 3)
"""Image i has the shade i."""


def shades(images):
    return ((images[:, 0, 0, 0] + 1) * 127.5).round().long().tolist()


def test_image_samples_are_the_chosen_images_in_the_order_asked_for():
    samples = ImageSamples(SHADES, np.array([7, 2, 5]))
    assert samples.size == 3
    images = samples.take(torch.tensor([2, 0]))
    assert (images.shape, images.dtype) == ((2, 3, 4, 4), torch.float32)
    assert shades(images) == [5, 7]
    assert samples.images(images, torch.zeros(2)) is images


def test_validation_and_test_images_are_different_ones():
    sets = sample_sets(FiveUnits(), 0, 5, SHADES)
    assert list(sets) == [VALIDATION, TEST]  # validation first
    found = [shades(sets[name].take(torch.arange(5))) for name in sets]
    assert sorted(found[0] + found[1]) == list(range(10))
    again = sample_sets(FiveUnits(), 0, 5, SHADES)
    assert shades(again[TEST].take(torch.arange(5))) == found[1]
    assert shades(sample_sets(FiveUnits(), 1, 5, SHADES)[TEST].take(torch.arange(5))) != found[1]


def test_a_generator_gets_latents_of_its_own_for_each_set():
    generator = FiveUnits()
    sets = sample_sets(generator, 0, 3)
    validation, test = (sets[name].take(torch.arange(3)) for name in (VALIDATION, TEST))
    assert validation.shape == test.shape == (3, generator.z_dim)
    assert not (validation == test).any()
    output = generator(test)
    assert sets[TEST].images(test, output) is output


def test_too_few_images_are_refused():
    with pytest.raises(DataError, match=r"there are 10 images; 6 to score on and .* ask for 12: .* or num_images=5 or"):
        sample_sets(FiveUnits(), 0, 6, SHADES)


def test_the_digest_changes_with_any_pixel_and_none_has_none():
    other = SHADES.copy()
    other[3, 2, 1, 0] += 1
    assert images_digest(SHADES) == images_digest(SHADES.copy()) != images_digest(other)
    assert len(images_digest(SHADES)) == 16
    assert images_digest(None) is None
