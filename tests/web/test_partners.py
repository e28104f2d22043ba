"""Units of other layers that go along with those of a layer."""

import numpy as np
import pytest
import torch
from tests.web.planted_paint import painted
from tests.web.test_units import done

from ganatomy.models.planted import NUMBER, PAINTS
from ganatomy.web.partners import PartnerRow, Partners, partners_of


def test_correlations_are_those_of_numpy_over_the_cells() -> None:
    opened = painted(num_images=20)
    found = done(partners_of(opened, ("layer2",))).correlations["layer2"]
    with torch.no_grad():
        here = opened.observed.featuremaps
        there = opened.generator.layer2(here)  # type: ignore[operator, union-attr]
    one, other = (maps.movedim(1, 3).flatten(0, 2).numpy() for maps in (here, there))
    with np.errstate(invalid="ignore"):
        expected = np.nan_to_num(np.corrcoef(one.T, other.T)[: one.shape[1], one.shape[1] :])
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-6)
    assert found.shape == (11, len(PAINTS))


def test_a_layer_of_other_cells_is_held_against_the_coarser_one() -> None:
    opened = painted(num_images=10)
    found = done(partners_of(opened, ("output",))).correlations["output"]
    assert found.shape == (11, 3)
    assert float(found[NUMBER["sky"]].abs().max()) > 0.3


def test_the_units_that_go_along_most_come_first_and_none_that_does_not() -> None:
    partners = Partners({"a": torch.tensor([[0.5, -0.9]]), "b": torch.tensor([[0.7, 0.0, 0.1]])})
    assert partners.of(0, 2) == (PartnerRow("b", 0, pytest.approx(0.7)), PartnerRow("a", 0, 0.5))
    assert len(partners.of(0, 8)) == 3


def test_a_layer_that_cannot_be_recorded_has_no_partners() -> None:
    opened = painted(num_images=8)
    assert done(partners_of(opened, ("layer9",))).correlations == {}
    assert done(partners_of(opened, ())).correlations == {}
