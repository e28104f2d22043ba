import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganatomy.data.batches import Batches
from ganatomy.data.image_set import ImageSet
from ganatomy.errors import DataError, IncompatibleRun


def numbered(n: int) -> ImageSet:
    """Image i is i in its left half and 100 + i in its right half."""
    images = np.empty((n, 4, 4, 3), np.uint8)
    images[:, :, :2] = np.arange(n, dtype=np.uint8)[:, None, None, None]
    images[:, :, 2:] = 100 + np.arange(n, dtype=np.uint8)[:, None, None, None]
    return ImageSet(images, (), np.full(n, -1))


def numbers(batch: torch.Tensor) -> tuple[list[int], list[bool]]:
    """Return each image's number and whether it is mirrored."""
    corners = ((batch[:, 0, 0, 0] + 1) * 127.5).round().int().tolist()
    return [corner % 100 for corner in corners], [corner >= 100 for corner in corners]


def test_an_epoch_holds_every_image_once() -> None:
    batches = Batches(numbered(10), seed=0)
    first, second = numbers(batches.next(10))[0], numbers(batches.next(10))[0]
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second


def test_batches_are_floats_between_minus_one_and_one() -> None:
    batch = Batches(numbered(2), seed=0, flip=False).next(2)
    assert batch.shape == (2, 3, 4, 4)
    assert batch.dtype == torch.float32
    expected = torch.tensor([0, 1, 100, 101]) / 127.5 - 1
    assert torch.equal(batch.unique(), expected)


def test_a_batch_of_none_is_empty() -> None:
    assert Batches(numbered(2), seed=0).next(0).shape == (0, 3, 4, 4)


def test_half_of_the_images_are_mirrored_in_every_epoch_anew() -> None:
    batches = Batches(numbered(99), seed=0)
    epochs = [dict(zip(*numbers(batches.next(99)), strict=True)) for _ in range(20)]
    share = np.mean([list(epoch.values()) for epoch in epochs])
    assert 0.45 < share < 0.55  # 1980 draws: sd .011
    assert epochs[0] != epochs[1]


def test_without_flip_no_image_is_mirrored() -> None:
    assert not any(numbers(Batches(numbered(99), seed=0, flip=False).next(300))[1])


@given(cuts=st.lists(st.integers(0, 25), min_size=1, max_size=6), seed=st.integers(0, 2**62))
def test_any_cut_into_batches_gives_the_same_stream(cuts: list[int], seed: int) -> None:
    whole = Batches(numbered(7), seed).next(sum(cuts))
    batches = Batches(numbered(7), seed)
    assert torch.equal(torch.cat([batches.next(n) for n in cuts]), whole)


@given(before=st.integers(0, 30), seed=st.integers(0, 100))
def test_a_resumed_stream_is_bit_identical(before: int, seed: int) -> None:
    batches = Batches(numbered(7), seed)
    batches.next(before)
    resumed = Batches(numbered(7), seed)
    resumed.load_state(batches.state())
    assert torch.equal(resumed.next(20), batches.next(20))
    assert resumed.state() == batches.state()


def test_state_is_plain_integers() -> None:
    batches = Batches(numbered(7), seed=3)
    batches.next(9)
    assert batches.state() == {
        "num_images": 7,
        "image_size": 4,
        "seed": 3,
        "flip": 1,
        "digest of the pixels": numbered(7).digest,
        "epoch": 1,
        "position": 2,
    }


def test_a_state_of_other_images_is_refused() -> None:
    with pytest.raises(IncompatibleRun, match=r"num_images was 7 and is now 8; give the same images"):
        Batches(numbered(8), seed=0).load_state(Batches(numbered(7), seed=0).state())


def test_a_state_of_as_many_but_other_images_is_refused() -> None:
    others = numbered(7)
    others.images[3, 0, 0, 0] += 1
    with pytest.raises(IncompatibleRun, match=r"digest of the pixels was \w{16} and is now \w{16}; give"):
        Batches(others, seed=0).load_state(Batches(numbered(7), seed=0).state())


def test_a_state_without_a_digest_is_taken_at_its_word() -> None:
    first, resumed = (Batches(numbered(7), seed=0) for _ in range(2))
    first.next(9)
    state = first.state()
    del state["digest of the pixels"]
    resumed.load_state(state)
    assert torch.equal(resumed.next(8), first.next(8))


def test_no_images_are_refused() -> None:
    with pytest.raises(DataError, match=r"the image set is empty"):
        Batches(numbered(0), seed=0)
