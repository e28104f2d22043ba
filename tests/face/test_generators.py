"""Generators are loaded, looked at, and told what they lack."""

from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import ImageChops
from tests.cli.tiny import write_run
from tests.planted_classes import CLASSES, ParksAndStreets
from torch import Tensor, nn

import ganatomy as ga
from ganatomy.directions import DirectedGenerator
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.models.protocol import device_of
from ganatomy.segment.planted import PlantedSegmenter


class Nameless(nn.Module):
    """Says nothing of its latents."""

    def forward(self, z: Tensor) -> Tensor:
        return torch.zeros(len(z), 3, 8, 8) + z.mean(1)[:, None, None, None]


class Striped(Nameless):
    """Four latents, no weights."""

    z_dim = 4


def test_a_generator_is_asked_for_one_class(tmp_path: Path) -> None:
    generator = ga.adapt(ParksAndStreets().eval(), classes=CLASSES)
    streets = ga.of_class(generator, "street")
    options: dict[str, Any] = {"segmenter": PlantedSegmenter(), "num_images": 40}
    found = ga.dissect(streets, "layer1", **options)
    assert repr(found).startswith("OneClassGenerator dissected on 40 images of class 'street' by planted")
    assert "tree" not in found["layer1"].concepts
    of_all = ga.dissect(generator, "layer1", **options)
    assert "tree" in of_all["layer1"].concepts
    effect = ga.ablate(ga.of_class(generator, 0), of_all["layer1"], "tree", top=3, num_images=20, random_sets=1)
    assert effect["tree"].kept == 0
    page = ga.report(tmp_path / "classes.html", found, effect)
    assert page.is_file()


def test_classes_are_set_side_by_side(tmp_path: Path) -> None:
    generator = ga.adapt(ParksAndStreets().eval(), classes=CLASSES)
    options: dict[str, Any] = {"segmenter": PlantedSegmenter(), "num_images": 40, "class_images": 20}
    found = ga.dissect(generator, "layer1", classes="each", **options)
    assert found.classes is not None
    assert [(one.name, len(one.layers[0].units)) for one in found.classes.classes] == [("park", 11), ("street", 11)]
    park, street = (sum(unit.is_above_chance for unit in one.layers[0].units) for one in found.classes.classes)
    line = repr(found).splitlines()[1]
    assert (
        line
        == f"units above chance class by class, {found.classes.num_images} images of each: park {park}, street {street}"
    )
    page = ga.report(tmp_path / "classes.html", found).read_text(encoding="utf-8")
    assert "Class by class" in page
    assert "ganatomy dissect ." not in page
    assert ga.dissect(generator, "layer1", **options).classes is None
    with pytest.raises(ConfigError, match="no class 'pork'; did you mean 'park'"):
        ga.dissect(generator, "layer1", classes=["pork"], **options)


def test_directions_are_those_of_the_class_too() -> None:
    generator = ga.adapt(ParksAndStreets().eval(), classes=CLASSES)
    directed = ga.with_directions(generator, "layer1", "pca:2", num_images=40)
    streets = ga.of_class(directed, "street")
    assert isinstance(streets, DirectedGenerator)
    assert streets.of_class == "street"
    assert streets.class_names is None
    z = torch.randn(5, 74)
    assert torch.equal(streets(z), ga.of_class(generator, "street")(z))


def test_a_run_is_loaded_by_its_path_as_text(tmp_path: Path) -> None:
    generator = ga.load(str(write_run(tmp_path).path))
    assert generator.image_size == 32
    assert not generator.training


def test_a_run_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(IncompatibleRun, match="no run directory at"):
        ga.load(tmp_path / "0007-none")


def test_samples_are_one_picture_in_rows_of_eight() -> None:
    assert ga.samples(Striped(), 3).size == (3 * 8 + 2 * 2, 8)
    assert ga.samples(Striped(), 17).size == (8 * 8 + 7 * 2, 3 * 8 + 2 * 2)


def test_samples_depend_on_the_seed_alone() -> None:
    first, again, other = (ga.samples(Striped(), 8, seed) for seed in (0, 0, 1))
    assert ImageChops.difference(first, again).getbbox() is None
    assert ImageChops.difference(first, other).getbbox() is not None


@pytest.mark.parametrize("number", [0, -3])
def test_less_than_one_sample_is_refused(number: int) -> None:
    with pytest.raises(ConfigError, match=f"num_images is {number}; give 1 or more"):
        ga.samples(Striped(), number)


def test_a_module_that_does_not_say_its_latents_is_told_what_to_pass() -> None:
    with pytest.raises(ConfigError, match=r"Nameless has no z_dim.*ganatomy\.adapt\(module, z_dim=128\)"):
        ga.samples(Nameless())
    assert ga.samples(ga.adapt(Nameless(), z_dim=5), 2).size == (18, 8)


def test_a_module_without_weights_is_on_the_cpu() -> None:
    assert device_of(Striped()) == torch.device("cpu")
    assert device_of(nn.Linear(1, 1, device="meta")) == torch.device("meta")
