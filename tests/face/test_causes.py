"""Causes by the face: found in a generator in memory."""

from pathlib import Path

import pytest
from tests.screen import requires_one_screen

import ganatomy as ga
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.face.causes import Causes
from ganatomy.face.dissection import Dissected
from ganatomy.models.planted import NUMBER, PlantedGenerator


@pytest.fixture(scope="module")
def causes(generator: PlantedGenerator, found: Dissected) -> Causes:
    return ga.ace(
        generator, found["layer1"], "tree", top=2, pool=200, steps=60, num_images=40, random_sets=2, curve_images=0
    )


def test_causes_are_those_that_were_planted(causes: Causes) -> None:
    assert set(causes["tree"].units) == {NUMBER["crown"], NUMBER["trunk"]}
    assert list(causes) == ["tree"]
    assert len(causes) == 1


def test_causes_show_themselves_on_one_screen(causes: Causes) -> None:
    requires_one_screen(causes)
    assert "random of all" in repr(causes)


def test_a_page_is_written_of_them(found: Dissected, causes: Causes, tmp_path: Path) -> None:
    page = ga.report(tmp_path / "tree.html", found, causes, progress=False)
    assert "What makes tree in layer1" in page.read_text()


def test_mistakes_are_told(generator: PlantedGenerator, found: Dissected, causes: Causes) -> None:
    layer = found["layer1"]
    with pytest.raises(ConfigError, match="layer is a str; give a dissected layer, such as found"):
        ga.ace(generator, "layer1", "tree")
    with pytest.raises(ConfigError, match="no concept 'tre'"):
        ga.ace(generator, layer, "tre")
    with pytest.raises(ConfigError, match="no schedule 'slow'; choose from quick, published"):
        ga.ace(generator, layer, "tree", schedule="slow")
    with pytest.raises(ConfigError, match="no concept 'sky'; choose from tree"):
        causes["sky"]
    other = PlantedGenerator().eval()
    other.layer2.read.weight.data.mul_(0.5)
    with pytest.raises(IncompatibleRun, match="was dissected in a generator of other weights than this one"):
        ga.ace(other, layer, "tree")
