import numpy as np
import pytest
import torch

from ganatomy.data.concept_names import VOID
from ganatomy.data.crops import SMALLEST_CROP, central_squares, random_crops
from ganatomy.data.masks import MaskedImages
from ganatomy.seeds import stream


def pairs_of(*masks: np.ndarray) -> MaskedImages:
    """Return pairs whose images show the value of the mask in each channel."""
    images = tuple(np.repeat(mask.clip(0)[..., None], 3, 2).astype(np.uint8) for mask in masks)
    return MaskedImages(images, masks, ("a", "b"), tuple(f"{i}.png" for i in range(len(masks))))


def ramp(height: int, width: int) -> np.ndarray:
    """Return a mask that counts its columns; as a picture it tells where a crop was taken."""
    return np.broadcast_to(np.arange(width, dtype=np.int16), (height, width)).copy()


def test_the_central_square_is_the_middle_of_every_pair() -> None:
    images, masks = central_squares(pairs_of(ramp(16, 32), ramp(32, 16)), 16)
    assert images.shape == (2, 3, 16, 16)
    assert (images.dtype, masks.dtype) == (torch.float32, torch.int64)
    assert masks[0, 0].tolist() == list(range(8, 24))
    assert masks[1, 0].tolist() == list(range(16))
    assert torch.equal(((images[:, 0] + 1) * 127.5).round().long(), masks)


def test_crops_of_image_and_mask_are_the_same_place_and_stay_inside() -> None:
    mask = np.full((64, 96), VOID, np.int16)
    mask[:, :50] = 200
    images, masks = random_crops(pairs_of(mask), 64, 32, stream(0, "crops"))
    assert images.shape == (64, 3, 32, 32)
    assert set(masks.unique().tolist()) == {VOID, 200}
    # The edge blurs over a pixel and its neighbours; everywhere else they agree.
    edge = torch.nn.functional.max_pool2d((masks[:, None] > 0).float(), 5, 1, 2) != -torch.nn.functional.max_pool2d(
        -(masks[:, None] > 0).float(), 5, 1, 2
    )
    agree = (images[:, :1] > 0) == (masks[:, None] > 0)
    assert agree[~edge].all()
    assert (~edge).float().mean() > 0.7


def test_crops_reach_everywhere_and_have_every_size_that_is_allowed() -> None:
    _, masks = random_crops(pairs_of(ramp(100, 200)), 400, 50, stream(0, "crops"), flip=False)
    left, right = masks[:, 0, 0].float(), masks[:, 0, -1].float()
    span = (right - left) / 49 * 50
    assert (span > 0).all(), "nothing is mirrored"
    assert 100 * SMALLEST_CROP - 3 < span.min() < 100 * SMALLEST_CROP + 3
    assert 97 < span.max() <= 103
    assert left.min() < 5
    assert right.max() > 194


def test_half_of_the_crops_are_mirrored() -> None:
    images, masks = random_crops(pairs_of(ramp(100, 200)), 400, 50, stream(0, "crops"))
    mirrored = masks[:, 0, 0] > masks[:, 0, -1]
    assert 160 < mirrored.sum() < 240
    assert torch.equal(mirrored, images[:, 0, 0, 0] > images[:, 0, 0, -1])


def test_every_pair_is_drawn_and_the_same_numbers_draw_the_same() -> None:
    pairs = pairs_of(*(np.full((20, 20), value, np.int16) for value in range(5)))
    images, masks = random_crops(pairs, 100, 16, stream(0, "crops"))
    assert set(masks[:, 0, 0].tolist()) == set(range(5))
    again = random_crops(pairs, 100, 16, stream(0, "crops"))
    assert torch.equal(images, again[0])
    assert torch.equal(masks, again[1])
    assert not torch.equal(masks, random_crops(pairs, 100, 16, stream(1, "crops"))[1])


@pytest.mark.parametrize("size", [(7, 300), (301, 11)])
def test_odd_shapes_never_lead_beyond_the_border(size: tuple[int, int]) -> None:
    images, masks = random_crops(pairs_of(ramp(*size)), 200, 16, stream(0, "crops"))
    assert images.isfinite().all()
    assert masks.min() >= 0
