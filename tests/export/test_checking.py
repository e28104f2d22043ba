import pytest
import torch
from tests.export.made import dcgan

from ganatomy.errors import ConfigError
from ganatomy.export.checking import Tolerance, check, in_batches, latents_of


def test_every_precision_has_a_tolerance() -> None:
    assert (Tolerance(1.0, 2.0).of("fp32"), Tolerance(1.0, 2.0).of("fp16")) == (1.0, 2.0)


def test_latents_are_the_same_each_time_and_passed_in_batches_of_several_sizes() -> None:
    z, sizes = latents_of(dcgan()), []
    assert torch.equal(z, latents_of(dcgan()))
    assert torch.equal(in_batches(lambda batch: sizes.append(len(batch)) or batch, z), z)
    assert sizes == [1, 2, 5]
    assert len(in_batches(lambda batch: batch, z[:1])) == 1


def test_a_difference_within_the_tolerance_is_told() -> None:
    row = check("images", torch.tensor([0.5, 0.25]), torch.tensor([0.5, 0.0]), 0.25, "")
    assert (row.of, row.difference, row.tolerance, row.num_images) == ("images", 0.25, 0.25, 2)


def test_large_numbers_are_compared_by_the_largest_of_them() -> None:
    assert check("features", torch.tensor([200.0, 1.0]), torch.tensor([200.0, 2.0]), 0.01, "").difference == 1 / 200


@pytest.mark.parametrize("wrong", [0.6, float("nan")])
def test_a_larger_difference_is_refused(wrong: float) -> None:
    with pytest.raises(ConfigError, match=r"exported images differ .* by up to (0.1|nan), and may by 0.01; do this"):
        check("images", torch.tensor([wrong]), torch.tensor([0.5]), 0.01, "do this")


def test_another_shape_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"exported images have shape \(2,\) instead of \(1,\); do this"):
        check("images", torch.zeros(2), torch.zeros(1), 0.01, "do this")
