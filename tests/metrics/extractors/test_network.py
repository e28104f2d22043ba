"""Extractors look at a batch at a time, without gradients, and refuse what are not images."""

import pytest
import torch
from torch import Tensor

from ganatomy.errors import DataError
from ganatomy.metrics.extractors.network import NetworkExtractor


class Recorder:
    def __init__(self) -> None:
        self.seen: list[Tensor] = []

    def __call__(self, images: Tensor) -> Tensor:
        self.seen.append(images)
        return images.mean((2, 3))


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def extractor(recorder: Recorder) -> NetworkExtractor:
    return NetworkExtractor("toy", "0" * 16, "none", 3, None, recorder, batch_size=2, device=torch.device("cpu"))


def test_images_go_through_in_batches(extractor: NetworkExtractor, recorder: Recorder) -> None:
    images = torch.arange(5.0).view(5, 1, 1, 1).expand(5, 3, 4, 4)
    features, logits = extractor.extract(images)
    assert [len(batch) for batch in recorder.seen] == [2, 2, 1]
    assert features.tolist() == [[n] * 3 for n in range(5)]
    assert logits is None


def test_no_gradients_are_kept_and_other_floats_become_float32(extractor: NetworkExtractor, recorder: Recorder) -> None:
    features, _ = extractor.extract(torch.zeros(1, 3, 4, 4, dtype=torch.float64, requires_grad=True))
    assert not features.requires_grad
    assert features.dtype == recorder.seen[0].dtype == torch.float32


@pytest.mark.parametrize(
    ("images", "got"),
    [
        (torch.zeros(2, 3, 4), r"torch\.float32 \(2, 3, 4\)"),
        (torch.zeros(2, 1, 4, 4), r"torch\.float32 \(2, 1, 4, 4\)"),
        (torch.zeros(0, 3, 4, 4), r"torch\.float32 \(0, 3, 4, 4\)"),
        (torch.zeros(2, 3, 4, 4, dtype=torch.uint8), r"torch\.uint8 \(2, 3, 4, 4\)"),
    ],
)
def test_what_are_not_images_is_refused(extractor: NetworkExtractor, images: Tensor, got: str) -> None:
    with pytest.raises(
        DataError, match=rf"an extractor takes float images \(n, 3, h, w\) in \[-1, 1\], got {got}; conv"
    ):
        extractor.extract(images)
