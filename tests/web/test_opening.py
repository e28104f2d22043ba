"""Runs of all kinds opened to be painted in."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tests.cli.tiny import write_run
from tests.web.test_about import cause
from torch import Tensor, nn

from ganatomy.cli.dissect import dissect
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.paint import PaintConfig
from ganatomy.dissect import session as dissect_session
from ganatomy.errors import ConfigError, IncompatibleRun, LayerError, LayerNotFound, MissingExtra
from ganatomy.intervene.ace.files import write_cause
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.progress import SILENT
from ganatomy.runs.directory import Run, create_run
from ganatomy.runs.manifest import Manifest, Origin, create_imported
from ganatomy.runs.weights import save_generator
from ganatomy.segment.nothing import NoConcepts
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.web import opening
from ganatomy.web.opening import open_layer, open_to_paint


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for module in (opening, dissect_session):
        monkeypatch.setattr(module, "load_choice", lambda *_: PlantedSegmenter())
    return write_run(tmp_path)


def dissected(run: Run, *layers: str) -> None:
    dissect(DissectConfig((run.path,), layers=layers, num_images=20, grid=16), SILENT)


def test_a_run_without_a_dissection_has_single_units_and_says_what_gives_more(run: Run) -> None:
    opened = open_to_paint(PaintConfig(run.path))
    assert (opened.layer, opened.layers) == ("layer3", ("layer2", "layer3"))
    (note,) = opened.notes_of("layer3")
    assert note == (
        "Layer layer3 has not been dissected, so that there are only single units; run: "
        f"ganatomy dissect {run.path} --layers layer3"
    )
    painted = open_layer(opened, "layer3")
    assert (painted.brushes, painted.units) == ((), 4)
    assert painted.segmenter.name == "planted"  # the run is of scenes, which have a segmenter


def test_the_dissected_layer_whose_units_show_most_is_begun_with(run: Run) -> None:
    dissected(run, "layer1", "layer3")
    opened = open_to_paint(PaintConfig(run.path, value_images=10))
    shown = {
        layer: len({row.concept for row in table.units if row.interpretable}) for layer, table in opened.tables.items()
    }
    assert set(shown) == {"layer1", "layer3"}
    assert (shown[opened.layer], opened.tables[opened.layer].grid) == max(
        (number, opened.tables[layer].grid) for layer, number in shown.items()
    )
    assert opened.layers == ("layer1", "layer2", "layer3")
    assert opened.notes_of(opened.layer) == ()
    assert open_layer(opened, "layer3").latents.size == 20


def test_the_layer_that_is_asked_for_is_begun_with_whatever_is_known_of_it(run: Run) -> None:
    dissected(run, "layer1")
    opened = open_to_paint(PaintConfig(run.path, layer="layer3"))
    assert (opened.layer, opened.layers) == ("layer3", ("layer1", "layer2", "layer3"))
    with pytest.raises(LayerNotFound, match="no layer 'layer9'"):
        open_layer(open_to_paint(PaintConfig(run.path, layer="layer9")), "layer9")


def test_directions_of_a_layer_are_painted_with_where_they_are_asked_for(run: Run) -> None:
    opened = open_to_paint(PaintConfig(run.path, layer="layer2-pca3", value_images=8))
    assert "layer2-pca3" in opened.layers
    assert open_layer(opened, "layer2-pca3").units == 3
    assert open_layer(opened, "layer1").units == 8


def test_a_dissection_by_other_weights_says_nothing(run: Run) -> None:
    dissected(run, "layer2")
    save_generator(run, "ema", Generator(GeneratorShape(32, (8, 6, 4), z_dim=4)))
    opened = open_to_paint(PaintConfig(run.path))
    assert opened.tables == {}
    assert "has not been dissected" in opened.notes_of("layer2")[0]


def test_causes_are_those_of_the_layer_and_these_weights(run: Run) -> None:
    opened = open_to_paint(PaintConfig(run.path, value_images=4))
    assert open_layer(opened, "layer2").causes == {}
    write_cause(run, replace(cause(), layer="layer2", generator=fingerprint(opened.generator)))
    write_cause(run, replace(cause(), layer="layer2", concept="sky"))
    assert set(open_layer(opened, "layer2").causes) == {"tree"}


def imported(out: Path) -> Run:
    """Return a run of which nobody knows what it was trained on."""
    run = create_imported(out, "stranger", Manifest(Origin("imported", "by a test"), image_size=32))
    save_generator(run, "ema", Generator(GeneratorShape(32, (8, 6, 4), z_dim=4)))
    return run


def test_without_a_segmenter_there_is_painting_without_areas(tmp_path: Path) -> None:
    opened = open_to_paint(PaintConfig(imported(tmp_path).path, value_images=4))
    assert isinstance(opened.segmenter, NoConcepts)
    _, note = opened.notes_of("layer2")
    assert note.startswith("Areas of concepts are not told: ")
    assert "give --segmenter" in note


def test_a_segmenter_that_cannot_be_loaded_is_none_unless_it_was_asked_for(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise MissingExtra("transformers is not installed")

    monkeypatch.setattr(opening, "load_choice", missing)
    opened = open_to_paint(PaintConfig(run.path))
    assert opened.notes == ("Areas of concepts are not told: transformers is not installed",)
    with pytest.raises(MissingExtra, match="transformers is not installed"):
        open_to_paint(PaintConfig(run.path, segmenter="scenes"))


def test_what_cannot_be_painted_in_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IncompatibleRun, match="no run directory at"):
        open_to_paint(PaintConfig(tmp_path / "none"))
    points = create_run(tmp_path, "points", {"schema": 1, "data": "gaussians8"})
    save_generator(points, "ema", PointGenerator(PointShape()))
    with pytest.raises(IncompatibleRun, match="makes points in the plane; give a run that makes images"):
        open_to_paint(PaintConfig(points.path))
    with pytest.raises(ConfigError, match="port is 70000; give 0 to 65535"):
        PaintConfig(tmp_path, port=70000)

    class Flat(nn.Module):
        z_dim, image_size = 4, 2

        def __init__(self) -> None:
            super().__init__()
            self.line = nn.Linear(4, 12)

        def forward(self, z: Tensor) -> Tensor:
            return torch.tanh(self.line(z)).view(-1, 3, 2, 2)

    run = imported(tmp_path)
    monkeypatch.setattr(opening, "open_generator", lambda *_: Flat())
    with pytest.raises(LayerError, match="Flat has no layer of featuremaps; give --layer"):
        open_to_paint(PaintConfig(run.path))
