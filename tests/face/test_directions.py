from pathlib import Path

import numpy as np
import pytest
import torch
from tests.directions.turned import TurnedGenerator, rotation

import ganatomy as ga
from ganatomy.errors import ConfigError, DataError, IncompatibleRun, LayerError, LayerNotFound
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

FEW = {"num_images": 12, "progress": False}


def test_read_outs_are_dissected_and_ablated_as_channels_are() -> None:
    directed = ga.with_directions(TurnedGenerator(), "layer1", rotation().T, name="planted")
    found = ga.dissect(directed, "planted", PlantedSegmenter(), **FEW)["planted"]
    assert found.best("sky")[0].unit == NUMBER["sky"]
    effect = ga.ablate(directed, found, "sky", top=1, random_sets=1, **FEW)
    assert effect["sky"].kept == 0
    with pytest.raises(IncompatibleRun):
        ga.ablate(PlantedGenerator(), found, "sky", top=1, random_sets=1, **FEW)


def test_directions_are_named_after_what_they_are(tmp_path: Path) -> None:
    generator = PlantedGenerator()
    np.savez(tmp_path / "axes.npz", np.eye(11))
    names = [
        ga.with_directions(generator, "layer1", given, name=name, **FEW).directions[0].layer
        for given, name in (
            ("pca:3", None),
            (tmp_path / "axes.npz", None),
            (np.eye(11), None),
            ([[0.0] * 10 + [1.0]], None),
            ("sefa:2:negative", "read"),
        )
    ]
    assert names == ["layer1-pca3", "layer1-axes", "layer1-directions", "layer1-directions", "read"]


def test_several_directions_stand_side_by_side() -> None:
    directed = ga.with_directions(PlantedGenerator(), "layer1", "pca:3", **FEW)
    both = ga.with_directions(directed, "layer2", torch.eye(7)[:2])
    found = ga.dissect(both, ["layer1-pca3", "layer2-directions", "layer2"], PlantedSegmenter(), **FEW)
    assert [len(found[name].units) for name in found] == [3, 2, 7]


def test_results_of_directions_are_reported(tmp_path: Path) -> None:
    directed = ga.with_directions(ga.packaged(), "layer4", "pca:2", num_images=8, progress=False)
    found = ga.dissect(directed, "layer4-pca2", grid=16, **FEW)
    ga.report(tmp_path / "page.html", found, progress=False)
    assert "layer4-pca2" in (tmp_path / "page.html").read_text()


def test_what_is_no_direction_is_refused() -> None:
    generator = PlantedGenerator()
    for given in (3, None, "words", [["a"]], [[1.0], [1.0, 2.0]]):
        with pytest.raises((ConfigError, DataError), match="directions"):
            ga.with_directions(generator, "layer1", given)  # type: ignore[arg-type]
    with pytest.raises(LayerError, match="its directions 'layer1-directions' are of 3 units"):
        ga.with_directions(generator, "layer1", np.eye(3))
    with pytest.raises(LayerNotFound, match="no layer 'layer7'"):
        ga.with_directions(generator, "layer7", "pca:3")
    with pytest.raises(ConfigError, match="num_images is 0; give 1 or more"):
        ga.with_directions(generator, "layer1", "pca:3", num_images=0)
    with pytest.raises(ConfigError, match="has a layer 'layer2' already"):
        ga.with_directions(generator, "layer1", "pca:3", name="layer2", **FEW)
