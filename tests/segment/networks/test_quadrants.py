"""Objects are cut into halves as the slow version cuts them, the last component too."""

import numpy as np
import pytest
import torch
from tests.reference import unified as reference

from ganatomy.segment.networks.quadrants import BOTTOM, LEFT, RIGHT, TOP, quadrants
from ganatomy.segment.protocol import NOTHING

LETTERS = {"t": TOP, "l": LEFT, "b": BOTTOM, "r": RIGHT, " ": NOTHING}


def expected(labels: np.ndarray, skip_last: bool = False) -> np.ndarray:
    letters = np.stack([reference.halves(image, skip_last) for image in labels])
    return np.vectorize(LETTERS.get)(letters)


@pytest.mark.parametrize("skip_last", [False, True])
@pytest.mark.parametrize("num_labels", [1, 2, 5])
@pytest.mark.parametrize("size", [(11, 11), (1, 9), (9, 1), (6, 17)])
def test_agrees_with_the_slow_version_on_random_maps(size, num_labels, skip_last):
    rng = np.random.default_rng(num_labels)
    coarse = rng.integers(-1, num_labels, (3, *size))
    blobs = rng.integers(-1, num_labels, (3, 4, 5)).repeat(4, 1).repeat(4, 2)[:, : size[0], : size[1]]
    for labels in (coarse, blobs):
        halves = quadrants(torch.from_numpy(labels), skip_last_component=skip_last)
        assert halves.dtype == torch.int64
        np.testing.assert_array_equal(halves.numpy(), expected(labels, skip_last))


def test_cuts_the_bounding_box_of_each_component_in_the_middle():
    labels = torch.tensor(
        [
            [7, 7, 7, -1, 7],
            [7, -1, -1, -1, 7],
            [7, -1, 4, 4, 7],
        ]
    )
    top_bottom, left_right = quadrants(labels[None])[0]
    t, b, left, r, o = TOP, BOTTOM, LEFT, RIGHT, NOTHING
    # the left 7: rows 0-2, columns 0-2, cut at 1 and 1; the 4: row 2, columns 2-3, cut at 2 and 3; the right 7: one
    # column, cut at 4
    assert top_bottom.tolist() == [[t, t, t, o, t], [b, o, o, o, b], [b, o, b, b, b]]
    assert left_right.tolist() == [[left, r, r, o, r], [left, o, o, o, r], [left, o, left, r, r]]


def test_pixels_that_touch_at_a_corner_are_one_component():
    diagonal = torch.where(torch.eye(4) > 0, 3, -1)
    top_bottom = quadrants(diagonal[None])[0, 0]
    assert top_bottom.diagonal().tolist() == [TOP, TOP, BOTTOM, BOTTOM]


def test_the_published_fault_leaves_out_the_last_component_of_each_image_and_no_other():
    labels = torch.tensor([[[0, -1, 1], [0, -1, 1]], [[2, 2, 2], [2, 2, 2]]])
    whole, faulty = quadrants(labels), quadrants(labels, skip_last_component=True)
    assert (whole >= 0).sum((2, 3)).tolist() == [[4, 4], [6, 6]]
    assert (faulty >= 0).sum((2, 3)).tolist() == [[2, 2], [0, 0]]
    assert torch.equal(faulty[0, :, :, 0], whole[0, :, :, 0])


def test_no_object_has_no_halves():
    nothing = torch.full((2, 3, 4), NOTHING)
    for skip_last in (False, True):
        assert (quadrants(nothing, skip_last_component=skip_last) == NOTHING).all()
    assert quadrants(nothing[:0]).shape == (0, 2, 3, 4)
