"""Tensors of a file are taken once each, and what is missing, misshapen or left is told by its name."""

import pytest
import torch

from ganatomy.errors import CheckpointError
from ganatomy.exchange.layouts.tensors import Tensors, fits

ADVICE = "; give the state dict of the whole generator, as it was saved"


def own(**tensors: torch.Tensor) -> Tensors:
    return Tensors({f"G/{name}:0": value for name, value in tensors.items()}, "a net", "G/", ":0")


def test_a_tensor_is_taken_once_as_float32_and_without_a_gradient() -> None:
    tensors = own(a=torch.ones(2, 3, dtype=torch.float16).requires_grad_())
    assert "a" in tensors
    assert (tensors.length("a"), tensors.length("a", 1), tensors.length("a", 2), tensors.length("b")) == (2, 3, 0, 0)
    taken = tensors.take("a", (None, 3))
    assert (taken.dtype, taken.requires_grad) == (torch.float32, False)
    assert "a" not in tensors
    tensors.refuse_others()
    with pytest.raises(CheckpointError) as refused:
        tensors.take("a", (None, 3))
    assert str(refused.value) == f"'G/a:0' is missing, without which the file holds no a net{ADVICE}"


def test_another_shape_is_told() -> None:
    with pytest.raises(CheckpointError) as refused:
        own(a=torch.ones(2)).take("a", (3,))
    assert str(refused.value) == f"'G/a:0' has shape (2,); in a net it would be (3,){ADVICE}"
    with pytest.raises(CheckpointError, match=r"has shape \(0, 2\); in a net it would be \(\*, 2\)"):
        own(a=torch.ones(0, 2)).take("a", (None, 2))


def test_a_number_may_have_a_dimension() -> None:
    assert own(a=torch.tensor(2.0)).take_number("a").tolist() == [2]
    assert own(a=torch.tensor([2.0])).take_number("a").tolist() == [2]
    with pytest.raises(CheckpointError, match=r"has shape \(2,\); in a net it would be \(1,\)"):
        own(a=torch.ones(2)).take_number("a")
    with pytest.raises(CheckpointError, match="'G/a:0' is missing"):
        own().take_number("a")


def test_other_numbers_than_floating_point_ones_are_refused() -> None:
    with pytest.raises(CheckpointError) as refused:
        own(a=torch.ones(1, dtype=torch.int8)).take("a", (1,))
    assert str(refused.value) == f"'G/a:0' is of torch.int8; weights are floating-point numbers{ADVICE}"


def test_what_is_left_is_refused_and_what_was_dropped_is_not_left() -> None:
    tensors = own(a=torch.ones(1), ab=torch.ones(1), c=torch.ones(1))
    assert tensors.drop("a", "x") == ("G/a:0", "G/ab:0")
    with pytest.raises(CheckpointError) as refused:
        tensors.refuse_others()
    assert str(refused.value) == f"'G/c:0' is no part of a net{ADVICE}"
    assert tensors.drop() == ()
    with pytest.raises(CheckpointError, match="'G/a:0' and 1 more are no part of a net"):
        own(a=torch.ones(1), b=torch.ones(1)).refuse_others()


def test_a_shape_fits_where_all_lengths_do() -> None:
    assert fits((), ())
    assert fits((2, 3), (None, 3))
    assert not fits((2, 3), (2,))
    assert not fits((0,), (None,))
    assert fits((0,), (0,))
