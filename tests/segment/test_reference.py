"""How sure segmenters are, and the figures of images that they were made for, kept and read again."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from ganatomy.errors import CheckpointError
from ganatomy.segment.function import FunctionSegmenter
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.networks.scenes import PACKAGED_REFERENCE, PACKAGED_WEIGHTS, load_scenes
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.segment.protocol import ConfidentSegmenter
from ganatomy.segment.reference import (
    REFERENCE_IMAGES,
    ReferenceImages,
    image_confidence,
    measure_reference,
    read_reference,
    reference_json,
)

KIND = ReferenceImages("held-out images", 16, np.array([0.5, 0.25]), np.array([[0.75, 0.25], [0.0, 1.0]]))


def test_the_confidence_of_an_image_is_the_mean_highest_probability() -> None:
    segmenter = load_segmenter("scenes")
    images = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1
    by_concept = torch.stack([segmenter.probability(images, name) for name in segmenter.concepts])
    expected = by_concept.amax(0).mean((1, 2)).double().numpy()
    assert image_confidence(segmenter, images) == pytest.approx(expected)
    assert isinstance(segmenter, ConfidentSegmenter)


def test_a_segmenter_of_labels_alone_tells_none() -> None:
    labels = FunctionSegmenter(
        "dark", ("all",), ("object",), "1", lambda x: torch.zeros(x.shape[0], *x.shape[2:]).long()
    )
    assert image_confidence(labels, torch.zeros(1, 3, 4, 4)) is None

    class Bare:
        """What has the attributes of the protocol and nothing else."""

        name, concepts, categories, fingerprint = "bare", ("all",), ("object",), "1"

        def segment(self, images: torch.Tensor) -> torch.Tensor:
            return torch.zeros(len(images), 1, *images.shape[2:]).long()

    assert image_confidence(Bare(), torch.zeros(1, 3, 4, 4)) is None


def test_figures_are_measured_batch_by_batch() -> None:
    segmenter = PlantedSegmenter()
    images = torch.rand(5, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    found = measure_reference(segmenter, "colours", images.split(2))
    whole = measure_reference(segmenter, "colours", [images])
    assert (found.name, found.image_size, found.areas.shape) == ("colours", 16, (5, 7))
    assert found.confidence == pytest.approx(whole.confidence)
    assert np.array_equal(found.areas, whole.areas)


def test_figures_are_read_as_they_were_kept() -> None:
    (read,) = read_reference(json.loads(json.dumps(reference_json([KIND]))), 2, "file")
    assert (read.name, read.image_size) == (KIND.name, KIND.image_size)
    assert read.confidence == pytest.approx(KIND.confidence)
    assert read.areas == pytest.approx(KIND.areas)


@pytest.mark.parametrize(
    "kept",
    [[{"name": "x"}], ["x"], 3, [{"name": "x", "image_size": 8, "confidence": [1], "areas": [[1, 2, 3]]}]],
)
def test_figures_of_another_form_are_refused(kept: object) -> None:
    with pytest.raises(CheckpointError, match=r"^own\.safetensors holds no figures of the images that its segmenter"):
        read_reference(kept, 2, "own.safetensors")  # type: ignore[arg-type]


def test_the_packaged_figures_are_those_of_the_packaged_weights() -> None:
    segmenter = load_scenes(PACKAGED_WEIGHTS)
    packaged = json.loads(PACKAGED_REFERENCE.read_bytes())
    assert packaged["sha256"] == hashlib.sha256(PACKAGED_WEIGHTS.read_bytes()).hexdigest()
    kinds = {(kind.name, kind.image_size) for kind in segmenter.reference}
    tables = ("scenes", "scenes:houses", "scenes:streets")
    assert kinds == {(f"renders of {table}", size) for table in tables for size in (32, 64, 128, 256)}
    assert all(kind.areas.shape == (REFERENCE_IMAGES, len(segmenter.concepts)) for kind in segmenter.reference)
    assert all(kind.areas.sum(1) == pytest.approx(1, abs=2e-3) for kind in segmenter.reference)


def test_other_weights_do_not_take_them(tmp_path: Path) -> None:
    tensors = {name: -tensor for name, tensor in load_file(PACKAGED_WEIGHTS).items()}
    concepts = json.dumps(load_segmenter("scenes").concepts)
    save_file(tensors, tmp_path / "other.safetensors", {"concepts": concepts})
    assert load_scenes(tmp_path / "other.safetensors").reference == ()


def test_metadata_that_are_no_json_are_refused(tmp_path: Path) -> None:
    concepts = json.dumps(load_segmenter("scenes").concepts)
    save_file(load_file(PACKAGED_WEIGHTS), tmp_path / "own.safetensors", {"concepts": concepts, "reference": "{"})
    with pytest.raises(CheckpointError, match=r"own.safetensors has metadata that are no JSON .*; copy it again"):
        load_scenes(tmp_path / "own.safetensors")
