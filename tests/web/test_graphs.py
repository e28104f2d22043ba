"""The parts of a generator as the page runs them, of small generators of several kinds."""

import gzip
import json
import struct
from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.export.made import dcgan

from ganatomy.errors import ConfigError
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.nothing import NoConcepts
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.web import graphs
from ganatomy.web.graphs import container, goes_into_page, parts_of
from ganatomy.web.layer import open_painted

KINDS = {"latents below": {}, "latents in every layer": {"latent_layers": "every"}}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pack what the weights of a small generator are."""
    monkeypatch.setattr(graphs, "SMALLEST", 16)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("kind", KINDS)
def test_both_halves_give_the_images(kind: str) -> None:
    layer = open_painted(dcgan(**KINDS[kind]), NoConcepts(), "layer1", num_images=3)
    parts = parts_of(layer, layer.observed.z, "it")
    assert list(parts.parts) == ["lower", "upper"]
    (row,) = parts.checks
    assert row.of.startswith("images of weights of 1")
    assert row.difference <= row.tolerance == 3 / 255
    inputs = {one.name for one in parts.parts["upper"].model.graph.input}
    assert inputs == ({"features", "z"} if "every" in kind else {"features"})


@pytest.mark.usefixtures("small")
def test_the_container_tells_where_everything_is() -> None:
    layer = open_painted(dcgan(), NoConcepts(), "layer1", num_images=3)
    parts = parts_of(layer, layer.observed.z, "it")
    content = gzip.decompress(container(parts))
    (length,) = struct.unpack("<I", content[:4])
    told, body = json.loads(content[4 : 4 + length]), content[4 + length :]
    assert list(told) == ["lower", "upper"]
    for name, part in parts.parts.items():
        start, size = told[name]["model"]
        assert body[start : start + size] == part.model.SerializeToString()
        assert told[name]["numbers"] == sum(int(np.prod(one.shape)) for one in part.packed.values())
        for tensor, one in zip(told[name]["tensors"], part.packed.values(), strict=True):
            start, size = tensor["planes"]
            assert body[start : start + size] == one.planes
            start, size = tensor["scale"]
            np.testing.assert_array_equal(np.frombuffer(body[start : start + size], "<f4"), one.scale)
    outside = [one for one in parts.parts["lower"].model.graph.initializer if one.external_data]
    assert {entry.key: entry.value for entry in outside[0].external_data}["location"] == "weights"
    assert not any(one.raw_data for one in outside)


@pytest.mark.usefixtures("small")
def test_weights_have_as_many_bits_as_images_need(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = open_painted(dcgan(), NoConcepts(), "layer1", num_images=3)
    monkeypatch.setattr(graphs, "IMAGES", 2e-3)
    (row,) = parts_of(layer, layer.observed.z, "it").checks
    assert row.of in {f"images of weights of {bits} bits" for bits in (12, 14, 16)}
    monkeypatch.setattr(graphs, "IMAGES", 1e-5)
    whole = parts_of(layer, layer.observed.z, "it")
    assert whole.checks[0].of == "images of weights of 32 bits"
    assert not any(part.packed for part in whole.parts.values())
    monkeypatch.setattr(graphs, "IMAGES", -1.0)
    with pytest.raises(ConfigError, match=r"images of weights of 32 bits differ from the original's by up to"):
        parts_of(layer, layer.observed.z, "it")


def test_a_segmenter_goes_along_that_is_one_small_network() -> None:
    scenes = load_segmenter("scenes")
    assert isinstance(scenes, NetworkSegmenter)
    assert goes_into_page(scenes)
    assert not goes_into_page(replace(scenes, threshold=0.5))
    assert not goes_into_page(PlantedSegmenter())
    assert not goes_into_page(NoConcepts())


def test_the_segmenter_names_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = open_painted(dcgan(), load_segmenter("scenes"), "layer1", num_images=3)
    parts = parts_of(layer, layer.observed.z, "it")
    assert list(parts.parts) == ["lower", "upper", "segmenter"]
    assert parts.checks[1].of.startswith("labels, weights of 1")
    assert parts.checks[1].difference <= parts.checks[1].tolerance
    monkeypatch.setattr(graphs, "LABELS", -1.0)
    with pytest.raises(ConfigError, match=r"the segmenter scenes with weights of 32 bits labels .* of the pixels"):
        parts_of(layer, layer.observed.z, "it")


def test_what_cannot_be_a_graph_is_said() -> None:
    class Stubborn(torch.nn.Module):
        z_dim, image_size, latent, class_names = 4, 8, "normal", None

        def __init__(self) -> None:
            super().__init__()
            self.inner = torch.nn.Conv2d(1, 5, 1)

        def forward(self, z):
            cells = self.inner(z.view(-1, 1, 2, 2))
            return cells[:, :3].repeat(1, 1, 4, 4) * float(np.sum(z.detach().numpy()))

    layer = open_painted(Stubborn().eval(), NoConcepts(), "inner", num_images=2)
    with pytest.raises(ConfigError, match="the generator of it cannot be written as ONNX"):
        parts_of(layer, layer.observed.z, "the generator of it")
