"""A mistake in a call is one line that says what to give, whichever function it was made in."""

from pathlib import Path
from typing import Any

import pytest

import ganatomy as ga
from ganatomy.errors import ConfigError
from ganatomy.face.dissection import Dissected
from ganatomy.models.planted import PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture(scope="module")
def found() -> Dissected:
    return ga.dissect(PlantedGenerator().eval(), ["layer1"], PlantedSegmenter(), num_images=20)


def test_one_layer_may_be_given_by_its_name_alone() -> None:
    assert list(ga.dissect(PlantedGenerator().eval(), "layer1", PlantedSegmenter(), num_images=4)) == ["layer1"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"layers": []}, "layers are none; give one or more, each once"),
        ({"layers": ["layer1", "layer1"]}, "layers are layer1, layer1; give one or more, each once"),
        ({"num_images": 0}, "num_images is 0; give 1 or more"),
        ({"num_images": -5}, "num_images is -5; give 1 or more"),
        ({"num_images": 2.5}, "num_images is 2.5; give a whole number"),
        ({"batch_size": 0}, "batch_size is 0; give 1 or more"),
        ({"grid": 0}, "grid is (0, 0); give rows and columns, 1 or more of each"),
        ({"seed": -1}, "seed is -1; give 0 or more"),
        ({"profile": "papr"}, "no profile 'papr'; choose from paper, compat, max-iou"),
        ({"segmenter": "scene"}, "no segmenter 'scene'; choose one of ade20k"),
        ({"segmenter": "ade20k"}, "segmenter 'ade20k' comes without weights"),
        (
            {"segmenter": None},
            "PlantedGenerator is not known to make scenes, so nothing tells its concepts; give segmenter=",
        ),
        ({"segmenter": 3}, "3 is no segmenter; give a name such as 'scenes'"),
        ({"generator": "runs/0001-x"}, "'runs/0001-x' is no generator; give an nn.Module, such as ganatomy.load(run)"),
    ],
)
def test_mistakes_in_a_dissection(given: dict[str, Any], message: str) -> None:
    generator = PlantedGenerator().eval()
    asked = {"generator": generator, "layers": ["layer1"], "segmenter": PlantedSegmenter(), "num_images": 4} | given
    with pytest.raises(ConfigError) as raised:
        ga.dissect(**asked)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"units": 3}, "units is 3; give a list of unit numbers, such as [3, 17]"),
        ({"units": [99]}, "layer 'layer1' has no unit 99; its units are 0 to 10"),
        ({"units": [-1]}, "units are [-1]; give one or more unit numbers, from 0, each once"),
        ({"region": (0, 0, 1)}, "where is '0,0,1'; give x0,y0,x1,y1 in fractions of the image"),
        ({"region": (1, 0, 0, 1)}, "where is '1,0,0,1'; give x0,y0,x1,y1 in fractions of the image"),
        ({"region": 3}, "where is a int; give text, x0, y0, x1, y1, or a mask (h, w)"),
        ({"num_images": 0}, "num_images is 0; give 1 or more"),
        ({"random_sets": 0}, "random_sets is 0; give 1 or more"),
        ({"strength": 2}, "strength is 2; give 0 to 1"),
        ({"value": float("nan")}, "value is nan; give a finite number"),
        ({"top": 2.5}, "top is 2.5, and 4 units of layer 'layer1' agree with 'grass'; give 1 to 4"),
    ],
)
def test_mistakes_in_an_ablation(found: Dissected, given: dict[str, Any], message: str) -> None:
    asked = {"layer": found["layer1"], "concept": "grass", "top": 1, "num_images": 4, "random_sets": 1} | given
    with pytest.raises(ConfigError) as raised:
        ga.ablate(PlantedGenerator().eval(), **asked)
    assert str(raised.value).startswith(message)


def test_a_list_is_no_layer(found: Dissected) -> None:
    with pytest.raises(ConfigError, match=r"layer is a list; give a dissected layer, such as found\['layer3'\]"):
        ga.ablate(PlantedGenerator().eval(), [found], "grass")  # type: ignore[arg-type]


def test_a_layer_is_no_result(found: Dissected, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no result; give what dissect, edit, ablate, ace and repair return"):
        ga.report(tmp_path / "x.html", found["layer1"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("function", "settings", "message"),
    [
        ("evolve", {"data": "scenes"}, "settings is a dict; give a ganatomy.EvolveConfig"),
        ("compare", ga.EvolveConfig(), "settings is a EvolveConfig; give a ganatomy.CompareConfig"),
        ("train_segmenter", Path("pairs.zip"), "give a ganatomy.SegmenterTrainConfig"),
    ],
)
def test_settings_are_those_of_the_function(function: str, settings: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        getattr(ga, function)(settings)


def test_weights_may_be_given_as_text() -> None:
    with pytest.raises(ConfigError, match=r"no weights at gone\.safetensors"):
        ga.load_segmenter("ade20k", "gone.safetensors")  # type: ignore[arg-type]
