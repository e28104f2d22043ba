"""A generator with classes asked for one of them."""

import copy

import pytest
import torch
from tests.planted_classes import CLASSES, PARK, STREET, ParksAndStreets

from ganatomy.errors import ConfigError
from ganatomy.hooks import edit, find_layer, record, split
from ganatomy.models.adaptation import AdaptedGenerator, adapt
from ganatomy.models.classes import OneClassGenerator, class_number, class_of, of_one_class
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.models.protocol import ImageGenerator, sample_latents


def both() -> AdaptedGenerator:
    return adapt(ParksAndStreets().eval(), classes=CLASSES)


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def test_it_is_a_generator_without_classes_whose_images_are_all_of_one() -> None:
    generator = both()
    streets = of_one_class(generator, "street")
    assert isinstance(streets, ImageGenerator)
    assert (streets.class_names, streets.of_class, streets.z_dim, streets.image_size) == (None, "street", 74, 16)
    z = sample_latents(streets, 40, rng())
    assert torch.equal(streets(z), generator(torch.cat([z, torch.full((40, 1), float(STREET))], 1)))
    assert torch.equal(of_one_class(generator, PARK)(z), PlantedGenerator()(z))  # of which the first class is all


def test_its_samples_are_those_of_all_classes_but_for_the_class() -> None:
    generator = both()
    drawn = sample_latents(generator, 6, rng())
    assert torch.equal(sample_latents(of_one_class(generator, "park"), 6, rng()), drawn[:, :-1])


def test_layers_weights_and_fingerprint_are_those_of_the_generator() -> None:
    generator = both()
    streets = of_one_class(generator, "1")
    assert find_layer(streets, "layer2.read") is find_layer(generator, "layer2.read")
    assert [*streets.state_dict()] == [*generator.state_dict()] == ["layer2.read.weight"]
    assert fingerprint(streets) == fingerprint(generator)
    assert repr(streets) == repr(generator)
    with record(streets, ["layer1"]) as recorded, edit(streets, {"layer2": lambda r: r * 0}):
        images = streets(sample_latents(streets, 30, rng()))
    assert not recorded["layer1"][:, NUMBER["crown"]].any()
    assert (images == -1).all()
    streets.load_state_dict({"layer2.read.weight": torch.zeros_like(generator.state_dict()["layer2.read.weight"])})
    assert not generator.state_dict()["layer2.read.weight"].any()
    assert streets.module is generator.module
    own = copy.deepcopy(streets)
    assert own.get_submodule("layer1") is not streets.get_submodule("layer1")


def test_a_generator_of_your_own_that_is_not_adapted() -> None:
    class Mine(ParksAndStreets):
        class_names = CLASSES

        def forward(self, z):
            return super().forward(z[:, :-1], z[:, -1].long())

    mine = Mine().eval()
    streets = of_one_class(mine, "street")
    assert streets.module is mine
    z = sample_latents(streets, 8, rng())
    assert torch.equal(streets(z), of_one_class(both(), "street")(z))
    assert fingerprint(streets) == fingerprint(mine)


def test_it_is_split_and_goes_on_from_the_layer_alone() -> None:
    streets = of_one_class(both(), "park")
    z = sample_latents(streets, 6, rng())
    lower, upper = split(streets, "layer1")
    r, kept = lower.keep(z)
    assert torch.equal(upper(r, kept), streets(z))
    assert upper.how == "replayed"


def test_what_generator_is_of_which_class() -> None:
    generator = both()
    assert class_of(generator) is None
    assert class_of(of_one_class(generator, "park")) == "park"
    assert class_of(torch.nn.Linear(2, 2)) is None


@pytest.mark.parametrize(
    ("wanted", "names", "number"),
    [("dog", ("cat", "dog"), 1), (1, ("cat", "dog"), 1), ("0", ("cat", "dog"), 0), ("1", ("2", "0", "1"), 2)],
)
def test_a_class_is_named_or_numbered_and_a_name_comes_first(
    wanted: str | int, names: tuple[str, ...], number: int
) -> None:
    assert class_number(wanted, names) == number


@pytest.mark.parametrize(
    ("wanted", "names", "message"),
    [
        ("Dogs", ("cat", "Dog"), "no class 'Dogs'; did you mean 'Dog'?"),
        ("zebra", ("cat", "dog"), "no class 'zebra'; choose from cat, dog, or give a number, 0 to 1"),
        (
            "zebra",
            tuple(f"n{number:03d}" for number in range(14)),
            "no class 'zebra'; choose from n000, n001, n002, n003, n004, n005, n006, n007, n008, n009, n010, n011 and "
            "2 more, or give a number, 0 to 13",
        ),
        ("2", ("cat", "dog"), "class is 2; the generator has 2, numbered 0 to 1"),
        (-1, ("cat", "dog"), "class is -1; the generator has 2, numbered 0 to 1"),
    ],
)
def test_a_class_that_there_is_not_is_refused(wanted: str | int, names: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        class_number(wanted, names)
    assert str(refused.value) == message


def test_a_generator_without_classes_is_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        of_one_class(PlantedGenerator(), "tree")
    assert str(refused.value) == "class is 'tree', but the generator takes no classes; leave it out"
    with pytest.raises(ConfigError) as refused:
        of_one_class(of_one_class(both(), "park"), 1)
    assert str(refused.value) == "class is '1', but the generator is of class 'park' already; leave it out"
    assert isinstance(of_one_class(both(), 1), OneClassGenerator)
