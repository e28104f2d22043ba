"""A generator whose units are known, dissected by the face; what it finds, and how it shows itself."""

from pathlib import Path

import pytest
import torch
from tests.cli.tiny import write_run
from tests.screen import requires_one_screen
from torch import Tensor, nn

import ganatomy as ga
from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.errors import ConfigError, LayerError, LayerNotFound
from ganatomy.face.dissection import Dissected
from ganatomy.models.planted import UNITS, PlantedGenerator
from ganatomy.runs.weights import load_generator
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture(scope="module")
def found() -> Dissected:
    return ga.dissect(PlantedGenerator().eval(), ["layer1"], PlantedSegmenter(), num_images=200)


def test_it_finds_what_dissect_layers_finds(found: Dissected) -> None:
    protocol = DissectionProtocol(num_images=200)
    plain = dissect_layers(PlantedGenerator().eval(), PlantedSegmenter(), ["layer1"], protocol).layers[0]
    assert [unit.iou for unit in found["layer1"].units] == pytest.approx(
        [unit.iou for unit in plain.report.units], nan_ok=True
    )


def test_layers_are_a_mapping(found: Dissected) -> None:
    assert list(found) == ["layer1"]
    assert len(found) == 1
    assert found["layer1"].name == "layer1"
    with pytest.raises(LayerNotFound, match="layer 'layer2' was not dissected; these were: layer1"):
        found["layer2"]


def test_the_best_units_of_a_concept_are_those_planted_for_it(found: Dissected) -> None:
    best = found["layer1"].best("grass")
    planted = [number for number, unit in enumerate(UNITS) if "grass" in unit.agrees_with]
    assert [row.unit for row in best[: len(planted)]] == planted
    first = best[0]
    assert first.interval.low <= first.iou <= first.interval.high
    assert first.null == max(first.shuffled_iou, first.shifted_iou) < first.iou
    assert first.own_concept == "grass"
    assert [row.iou for row in best] == sorted((row.iou for row in best), reverse=True)


def test_a_unit_of_another_concept_has_the_interval_of_the_one_asked_for(found: Dissected) -> None:
    other = next(row for row in found["layer1"].best("grass") if row.own_concept != "grass")
    own = found["layer1"].units[other.unit]
    assert other.interval != own.iou_interval
    assert other.interval.low <= other.iou <= other.interval.high


def test_a_concept_that_there_is_not_is_refused(found: Dissected) -> None:
    with pytest.raises(ConfigError, match="no concept 'gras'; did you mean 'grass'"):
        found["layer1"].best("gras")


def test_results_show_themselves_on_one_screen(found: Dissected) -> None:
    layer = found["layer1"]
    for result in (found, layer, layer.units, layer.best("grass")):
        requires_one_screen(result)
    assert "PlantedGenerator dissected on 200 images" in repr(found)
    assert not found.domain.differs
    assert layer.concepts[0] in repr(layer)


class Tokens(nn.Module):
    """A layer of tokens, as of a transformer."""

    z_dim = 4

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Linear(4, 6)

    def forward(self, z: Tensor) -> Tensor:
        tokens = self.tokens(z[:, None, :].expand(-1, 16, -1))
        return torch.tanh(tokens[:, :, :3].transpose(1, 2).reshape(len(z), 3, 4, 4))


def test_a_layer_of_tokens_is_told_what_to_do() -> None:
    with pytest.raises(LayerError, match=r"tokens.*\(n, u, h, w\)"):
        ga.dissect(Tokens().eval(), ["tokens"], "scenes", num_images=4, grid=4)


def test_a_module_without_z_dim_is_told_what_to_pass() -> None:
    with pytest.raises(ConfigError, match="has no z_dim"):
        ga.dissect(nn.Identity(), ["0"])


def test_a_segmenter_that_was_not_made_for_the_images_is_told_above_the_table(tmp_path: Path) -> None:
    untrained = load_generator(write_run(tmp_path))
    found = ga.dissect(untrained, ["layer3"], "scenes", num_images=30, grid=8, progress=False)
    assert found.domain.differs
    first, second, *_ = repr(found).splitlines()
    assert first == "Generator dissected on 30 images by scenes"
    assert second.startswith("warning: segmenter 'scenes' was not made for images like these, and what it names may")


def test_the_packaged_generator_needs_no_segmenter_to_be_named() -> None:
    found = ga.dissect(ga.packaged(), "layer4", num_images=24, grid=16, progress=False)
    assert found.segmenter.name == "scenes"
    assert not found.domain.differs
