import torch
from torch import Tensor

from ganatomy.seeds import stream
from ganatomy.segment.training import augmentation as module
from ganatomy.segment.training.augmentation import augment, bend, damage


def halves(n: int, size: int = 32) -> tuple[Tensor, Tensor]:
    """Return images that are dark on the left and bright on the right, and their masks 0 and 1."""
    masks = torch.zeros(n, size, size, dtype=torch.int64)
    masks[:, :, size // 2 :] = 1
    return (2.0 * masks - 1)[:, None].expand(n, 3, size, size) * 0.5, masks


def test_masks_bend_with_their_images() -> None:
    images, masks = bend(*halves(32), stream(0, "bend"))
    assert images.shape == (32, 3, 32, 32)
    assert masks.dtype == torch.int64
    clear = images[:, 0].abs() > 0.26  # between the halves images blend, masks do not
    assert torch.equal((images[:, 0] > 0)[clear], (masks == 1)[clear])
    assert clear.float().mean() > 0.9
    shares = masks.float().mean((1, 2))
    assert shares.min() < 0.45 < 0.55 < shares.max()


def test_some_are_mirrored() -> None:
    _, masks = bend(*halves(64), stream(0, "bend"))
    mirrored = masks[:, :, 0].float().mean(1) > masks[:, :, -1].float().mean(1)
    assert 16 < mirrored.sum() < 48


def test_void_stays_void_when_bent() -> None:
    images, masks = halves(8)
    _, bent = bend(images, masks - 1, stream(0, "bend"))
    assert set(bent.unique().tolist()) == {-1, 0}


def test_damage_changes_each_image_in_its_own_way_and_stays_in_range() -> None:
    images, _ = halves(16)
    damaged = damage(images, stream(0, "damage"))
    assert damaged.shape == images.shape
    assert damaged.abs().max() <= 1
    changed = (damaged - images).abs().mean((1, 2, 3))
    assert changed.min() > 0.01
    assert changed.std() > 0.02
    assert (damaged[:, 0] > damaged[:, 0].mean((1, 2), keepdim=True)).float().mean() < 0.6, "halves can still be told"


def test_about_a_third_is_bent_and_a_third_damaged_independently() -> None:
    images, masks = halves(400, 16)
    changed, changed_masks = augment(images, masks, stream(0, "augment"))
    bent = (changed_masks != masks).any(2).any(1)
    touched = (changed != images).flatten(1).any(1)
    assert abs(bent.float().mean() - module.DAMAGED) < 0.08
    # Untouched are those neither bent nor damaged: 0.7 * 0.7 of them.
    assert abs((~touched).float().mean() - (1 - module.DAMAGED) ** 2) < 0.08
    assert not (bent & ~touched).any()


def test_the_same_numbers_give_the_same_batch() -> None:
    first, second = (augment(*halves(8), stream(0, "augment")) for _ in range(2))
    assert torch.equal(first[0], second[0])
    assert torch.equal(first[1], second[1])
