import pytest
import torch
from tests.directions.made import dcgan, directed, foreign, with_latents

from ganatomy.config.directions import LATENTS
from ganatomy.directions.axes import Directions
from ganatomy.directions.generator import with_layer
from ganatomy.directions.halves import split_at
from ganatomy.errors import ConfigError, LayerNotFound, LayerNotRun
from ganatomy.hooks import edit
from ganatomy.intervene.changes import Change, ablate, edits_of
from ganatomy.intervene.halves import Halves

MADE = pytest.mark.parametrize(("made", "how"), [(dcgan, "divided"), (with_latents, "divided"), (foreign, "replayed")])


@MADE
def test_nothing_up_to_the_layer_that_directions_are_of_runs_again(made, how: str) -> None:
    found, generator, base, z = directed(made)
    lower, upper = split_at(found, "some")
    with torch.no_grad():
        units, kept = lower.keep(z)
        assert torch.equal(units, lower(z))
        calls: list[int] = []
        generator.get_submodule(base).register_forward_hook(lambda *_: calls.append(1))
        assert torch.allclose(upper(units, kept), found(z), atol=1e-6)
        assert (upper.how, upper.why, upper.runs_again, len(calls)) == (how, "", False, 1)
        changed = units.clone()
        changed[:, 1] = 2.0
        calls.clear()
        some = torch.tensor([2, 0])
        images = upper(changed[some], kept[some])
        assert calls == []
        with edit(found, ablate("some", [1], value=2.0)):
            assert torch.allclose(images, found(z[some]), atol=1e-6)
        assert torch.allclose(upper(changed, z)[some], images, atol=1e-6)


@MADE
def test_latents_are_kept_and_changed(made, how: str) -> None:
    generator, _, z = made()
    found = with_layer(generator, Directions.given("some", LATENTS, torch.eye(generator.z_dim)[1:3]))
    lower, upper = split_at(found, "some")
    units, kept = lower.keep(z)
    moved = z.clone()
    moved[:, 1:3] = 0.5
    with torch.no_grad():
        assert torch.equal(upper(units, kept), generator(z))
        for beside in (kept, z):
            assert torch.allclose(upper(torch.full_like(units, 0.5), beside), generator(moved), atol=1e-5)
    assert (upper.how, upper.why) == ("divided", "")


@MADE
def test_other_directions_stay_in_the_upper_half(made, how: str) -> None:
    found, _, base, z = directed(made)
    later = "last" if made is foreign else "layer3"
    width = 3 if made is foreign else 4
    found = with_layer(found, Directions.given("later", later, torch.eye(width)[:1]))
    halves = Halves(found, "some")
    featuremaps, kept = halves.keep(z)
    changes = [Change("some", (0,)), Change("later", (0,), value=1.0)]
    with torch.no_grad():
        images = halves.above(featuremaps, kept, changes)
        with edit(found, {**ablate("some", [0]), **ablate("later", [0], value=1.0)}):
            assert torch.allclose(images, found(z), atol=1e-6)
    with pytest.raises(LayerNotRun, match=f"layer '{base}' did not run"):
        halves.above(featuremaps, kept, [Change(base, (0,))])
    with pytest.raises(ConfigError, match="layer 'some' has no unit 3; its units are 0 to 2"):
        halves.above(featuremaps, kept, [Change("some", (3,))])


@MADE
def test_a_layer_and_its_directions_are_changed_one_after_the_other(made, how: str) -> None:
    found, _, base, z = directed(made)
    halves = Halves(found, base)
    featuremaps, kept = halves.keep(z)
    changes = [Change("some", (1,), value=1.0), Change(base, (0, 3), value=0.5)]
    with torch.no_grad():
        with edit(found, edits_of(changes)):
            wanted = found(z)
        for beside in (kept, z):
            assert torch.allclose(halves.above(featuremaps, beside, changes), wanted, atol=1e-5)
        assert torch.allclose(halves.above(featuremaps, kept), found(z), atol=1e-6)
    assert (halves.parts[1].how, halves.parts[1].why) == (how, "")
    assert halves.saving == f"what lies below layer '{base}' runs once a sample"


def test_halves_of_any_other_layer_are_those_of_hooks() -> None:
    found, generator, base, z = directed(dcgan)
    for network in (found, generator):
        lower, upper = split_at(network, base)
        assert upper.how == "divided"
        with torch.no_grad():
            assert torch.equal(upper(lower(z), z), generator(z))
    with pytest.raises(LayerNotFound, match="no layer 'layer9'"):
        split_at(found, "layer9")
