"""What was asked for becomes an edit: values on other samples than the effect's, and mistakes told in one line."""

import pytest
import torch
from tests.intervene.flat import Flat
from tests.intervene.planted_edit import PROTOCOL, WithNever, prepared, step

from ganatomy.config.steps import read_where
from ganatomy.errors import ConfigError, LayerError
from ganatomy.intervene.planning import VALUES, prepare
from ganatomy.intervene.values import LOW, mean_outside, mean_where, quantile
from ganatomy.models.planted import NUMBER, UNITS


def value(name, concept="grass", action="insert", **more):
    (found,) = prepared(step(action, "grass", concept=concept, value=name), **more).steps
    return found


def test_values_are_found_on_other_samples_than_the_effect(monkeypatch):
    edit = prepared(step("insert", "noise", concept="grass", value="quantile"))
    own = quantile(edit.baseline, 0.99)
    assert edit.found_on == 60
    assert edit.steps[0].value.shape == (len(UNITS),)
    assert edit.steps[0].value[NUMBER["noise"]] != own[NUMBER["noise"]]
    assert VALUES != "edit"


def test_each_value_is_what_its_name_says():
    samples = prepared(step("ablate", 0), protocol=type(PROTOCOL)(num_images=60)).baseline
    assert value("mean").value[NUMBER["grass"]] == mean_where(samples, "grass")[NUMBER["grass"]] == 1
    assert 0 < value("published-mean").value[NUMBER["foreground"]] <= 1
    assert value("mean-outside", action="ablate").value[NUMBER["grass"]] == 0
    assert mean_outside(samples, "grass")[NUMBER["sky"]] > 0
    low = value("low-quantile", action="ablate")
    assert low.value[NUMBER["noise"]] < -2
    assert LOW == 0.01
    assert value(2.5).value == 2.5
    assert (value(2.5).named, low.named, value("zero", action="ablate").named) == (None, "low-quantile", None)


def test_two_steps_of_a_layer_share_the_samples_of_their_values():
    edit = prepared(step("insert", "grass", concept="grass"), step("insert", "sky", concept="sky"))
    assert edit.found_on == 60


def test_a_copied_cell_is_laid_over_the_same_cell_where_no_region_is_given():
    edit = prepared(step("copy", "sky", source=(100, 2, 5)))
    assert edit.steps[0].place.region.nonzero().tolist() == [[2, 5]]
    assert edit.found_on == 1, "any sample of the same latents, of which there are no more than are measured"
    elsewhere = prepared(step("copy", source=(0, 2, 5)), where=read_where("0,0,0.1,0.1"))
    assert elsewhere.steps[0].place.said == "0,0,0.1,0.1"
    assert elsewhere.steps[0].units == tuple(range(len(UNITS)))


def test_the_baseline_is_that_of_the_lowest_layer():
    edit = prepared(step("ablate", 2, layer="layer2"), step("ablate", "sky"))
    assert edit.baseline.halves.layer == "layer1"
    assert edit.widths == {"layer2": 7, "layer1": 11}


@pytest.mark.parametrize(
    ("asked", "more", "message"),
    [
        (step("ablate", 0, concept="gras"), {}, "no concept 'gras'; did you mean 'grass'?"),
        (step("ablate", 0), {"where": read_where("gras")}, "no concept 'gras'; did you mean 'grass'?"),
        (step("ablate", 0), {"where": read_where("gone.png")}, "no mask at gone.png; give a PNG file"),
        (step("ablate", 0), {"where": read_where("never")}, "'never' is seen in none of 40 samples, which leaves no"),
        (step("ablate", 0, concept="never"), {}, "'never' is seen in none of 40 samples, so that nothing of it can"),
        (step("insert", 0, concept="never"), {}, "'never' is seen in none of 60 samples, so that nothing tells what"),
        (step("insert", 0, concept="never", value="published-mean"), {}, "'never' is seen in none of 60 samples"),
        (step("copy", source=(0, 8, 0)), {}, "layer 'layer1' has no cell 8,0; give a row of 0 to 7"),
        (step("ablate", 0), {"strength": 2.0}, "strength is 2.0; give 0 to 1"),
        (step("ablate", 99), {}, "layer 'layer1' has no unit 99; its units are 0 to 10"),
    ],
)
def test_what_there_is_not_is_refused(asked, more, message):
    with pytest.raises(ConfigError) as refused:
        prepared(asked, **more)
    assert str(refused.value).startswith(message)


def test_the_image_is_no_layer_to_edit():
    with pytest.raises(LayerError, match=r"layer 'output' gives the image itself, shape \(1, 3, 16, 16\), whose units"):
        prepared(step("ablate", 0, layer="output"))


def test_a_layer_without_cells_takes_no_region():
    with pytest.raises(LayerError, match=r"layer 'rows' returns shape \(12,\) for a sample, which has no cells"):
        prepare(Flat(), WithNever(), [step("ablate", 0, layer="rows")], PROTOCOL, read_where("0,0,1,0.5"))
    edit = prepare(Flat(), WithNever(), [step("ablate", 0, layer="rows")], PROTOCOL)
    assert edit.widths == {"rows": 12}
    assert torch.equal(edit.steps[0].change().blend(edit.baseline.featuremaps).added, torch.zeros(1, 12))
