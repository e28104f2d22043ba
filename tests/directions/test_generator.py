import pytest
import torch
from tests.directions.made import dcgan, directed, foreign, with_latents

from ganatomy.config.directions import LATENTS
from ganatomy.directions.axes import Directions
from ganatomy.directions.generator import DirectedGenerator, units_of, with_layer
from ganatomy.errors import ConfigError, LayerError, LayerNotFound
from ganatomy.hooks import edit, find_layer, record, run_up_to, split
from ganatomy.intervene.changes import ablate
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.protocol import ImageGenerator

MADE = pytest.mark.parametrize("made", [dcgan, with_latents, foreign])


@MADE
def test_images_weights_and_fingerprint_are_those_of_the_generator(made) -> None:
    found, generator, _, z = directed(made)
    assert isinstance(found, ImageGenerator)
    with torch.no_grad():
        assert torch.equal(found(z), generator(z))
    assert fingerprint(found) == fingerprint(generator)
    assert repr(found) == repr(generator)
    assert [name for name, _ in found.named_parameters()] == [name for name, _ in generator.named_parameters()]
    assert list(found.state_dict()) == list(generator.state_dict())
    found.load_state_dict(generator.state_dict())
    assert (found.z_dim, found.class_names, found.training) == (generator.z_dim, generator.class_names, False)
    assert not any(module._forward_hooks for module in generator.modules())


@MADE
def test_the_new_layer_is_found_recorded_and_edited(made) -> None:
    found, generator, base, z = directed(made)
    assert find_layer(found, "some") is found.get_submodule("some") is units_of(found, "some")
    assert units_of(found, base) is None
    assert found.get_submodule(base) is find_layer(generator, base)
    (directions,) = found.directions
    with torch.no_grad(), record(found, [base, "some"]) as recorded:
        found(z)
    assert torch.equal(recorded["some"], directions.read(recorded[base]))
    output = recorded[base]
    changed = directions.read(output)
    changed[:, 1] = 2.0
    with torch.no_grad():
        with edit(found, ablate("some", [1], value=2.0)):
            by_units = found(z)
        with edit(generator, {base: lambda r: directions.put(r, directions.read(r), changed)}):
            by_hand = generator(z)
    assert torch.allclose(by_units, by_hand, atol=1e-6)
    assert not torch.allclose(by_units, found(z), atol=1e-3)


@MADE
def test_edits_of_the_layer_come_before_those_of_its_directions(made) -> None:
    found, _, base, z = directed(made)
    with torch.no_grad(), edit(found, {base: torch.zeros_like}), record(found, ["some"]) as recorded:
        found(z)
    assert (recorded["some"] == 0).all()


@MADE
@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("layer", ["base", "some"])
def test_halves_give_the_same_images(made, layer: str, edited: bool) -> None:
    found, _, base, z = directed(made)
    lower, upper = split(found, base if layer == "base" else "some")
    edits = ablate("some", [0, 2], value=1.0) if edited and layer == "base" else {}
    with torch.no_grad(), edit(found, edits):
        assert torch.allclose(upper(lower(z), z), found(z), atol=1e-6)


def test_a_chain_is_divided_at_the_layer_and_nothing_below_it_runs_again() -> None:
    found, generator, base, z = directed(dcgan)
    lower, upper = split(found, base)
    with torch.no_grad():
        output = lower(z)
        calls = []
        generator.layer1.register_forward_hook(lambda *_: calls.append(1))
        assert torch.equal(upper(output), generator(z))
        calls.clear()
        with edit(found, ablate("some", [0])):
            upper(output)
    assert calls == []


def test_a_chain_within_a_part_is_not_taken_for_one() -> None:
    generator, _, z = dcgan()
    found = with_layer(generator, Directions.given("some", "layer2.0", torch.eye(6)[:2]))
    assert found.parts_in_order == []
    lower, upper = split(found, "layer2.0")
    with torch.no_grad():
        assert torch.equal(upper(lower(z), z), generator(z))


def test_gradients_pass_directions() -> None:
    found, _, _, z = directed(dcgan)
    with record(found, ["some"], differentiable=True) as recorded:
        images = found(z)
    (slope,) = torch.autograd.grad(images.sum(), recorded["some"])
    assert slope.shape == recorded["some"].shape
    assert slope.abs().sum() > 0


@MADE
def test_latents_are_moved_along_directions(made) -> None:
    generator, _, z = made()
    length = generator.z_dim
    found = with_layer(generator, Directions.given("some", LATENTS, torch.eye(length)[1:3]))
    assert torch.equal(run_up_to(found, ["some"], z)["some"], z[:, 1:3])
    moved = z.clone()
    moved[:, 2] = 1.5
    lower, upper = split(found, "some")
    with torch.no_grad():
        assert torch.equal(found(z), generator(z))
        with edit(found, ablate("some", [1], value=1.5)):
            assert torch.allclose(found(z), generator(moved), atol=1e-6)
        assert torch.equal(upper(lower(z), z), generator(z))


def test_directions_of_several_layers_and_several_of_one_stand_side_by_side() -> None:
    generator, _, z = dcgan()
    eye = torch.eye(8)
    found = with_layer(generator, Directions.given("a", "layer1", eye[:1]))
    found = with_layer(found, Directions.given("b", "layer1", eye[:2]))
    found = with_layer(found, Directions.given("c", "layer3", torch.eye(4)[:2]))
    assert found.network is generator
    assert [one.layer for one in found.directions] == ["a", "b", "c"]
    seen = [name for name, _ in found.parts_in_order]
    assert seen == [
        "layer1",
        "layer1 put back 1",
        "layer1 put back 2",
        "layer2",
        "layer3",
        "layer3 put back 1",
        "output",
    ]
    edits = {**ablate("a", [0], value=3.0), **ablate("b", [1], value=4.0), **ablate("c", [1])}
    same = {**ablate("layer1", [0, 1], value=torch.tensor([3.0, 4.0])), **ablate("layer3", [1])}
    lower, upper = split(found, "layer1")
    with torch.no_grad():
        with edit(generator, same):
            wanted = generator(z)
        with edit(found, edits):
            assert torch.allclose(found(z), wanted, atol=1e-6)
            assert torch.allclose(upper(lower(z)), wanted, atol=1e-6)


def test_names_that_are_taken_and_layers_that_are_not_there_are_refused() -> None:
    generator, _, _ = dcgan()
    one = Directions.given("some", "layer2", torch.eye(6)[:1])
    with pytest.raises(ConfigError, match="has a layer 'layer3' already; give the directions another name"):
        with_layer(generator, one.named("layer3"))
    with pytest.raises(ConfigError, match="has a layer 'some' already"):
        with_layer(with_layer(generator, one), one)
    with pytest.raises(LayerNotFound, match="no layer 'layer9' in Generator; did you mean"):
        DirectedGenerator(generator, [Directions.given("some", "layer9", torch.eye(6)[:1])])
    with pytest.raises(LayerError, match="its directions 'some' are of 5 units"):
        with_layer(generator, Directions.given("some", "layer2", torch.eye(5)))
