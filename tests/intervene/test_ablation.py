"""An ablation holds its units, in its region, and touches nothing else."""

import pytest
import torch
from torch import nn

from ganatomy.errors import ConfigError
from ganatomy.hooks import edit
from ganatomy.intervene.ablation import ablate, rectangle

MAPS = torch.arange(1.0, 25.0).view(1, 2, 3, 4)


def edited(maps, *edits):
    net = nn.Sequential(nn.Identity())
    with edit(net, edits[0]):
        if edits[1:]:
            with edit(net, edits[1]):
                return net(maps)
        return net(maps)


def test_units_are_set_and_the_others_stay():
    maps = edited(MAPS, ablate("0", [1], value=-5.0))
    assert torch.equal(maps[:, 0], MAPS[:, 0])
    assert (maps[:, 1] == -5).all()


def test_strength_goes_part_of_the_way():
    assert torch.allclose(edited(MAPS, ablate("0", [0], strength=0.25))[:, 0], MAPS[:, 0] * 0.75)


def test_a_region_in_image_pixels_takes_every_cell_it_touches():
    region = torch.zeros(6, 8, dtype=torch.bool)
    region[0, 3] = True  # 2 x 2 pixels a cell: cell (0, 1)
    maps = edited(MAPS, ablate("0", [0], region=region))
    assert maps[0, 0, 0, 1] == 0
    maps[0, 0, 0, 1] = MAPS[0, 0, 0, 1]
    assert torch.equal(maps, MAPS)


def test_a_soft_region_is_a_strength_per_cell():
    region = torch.full((3, 4), 0.5)
    assert torch.allclose(edited(MAPS, ablate("0", [0], region=region, strength=0.5))[:, 0], MAPS[:, 0] * 0.75)


def test_ablations_compose():
    maps = edited(MAPS, ablate("0", [0], value=2.0), ablate("0", [0], value=4.0, strength=0.5))
    assert (maps[:, 0] == 3).all()


def test_a_rectangle_takes_the_pixels_whose_centres_it_holds():
    assert rectangle((0.0, 0.5, 0.5, 1.0), 4).tolist() == [[False] * 4] * 2 + [[True, True, False, False]] * 2


@pytest.mark.parametrize("units", [[], [1, 1], [-1]])
def test_units_that_are_none_are_refused(units):
    with pytest.raises(ConfigError, match="give one or more unit numbers, from 0, each once"):
        ablate("0", units)


def test_a_unit_beyond_the_layer_is_refused():
    with pytest.raises(ConfigError, match="layer '0' has no unit 7; its units are 0 to 1"):
        edited(MAPS, ablate("0", [0, 7]))


def test_strengths_and_regions_out_of_range_are_refused():
    with pytest.raises(ConfigError, match="strength is 2; give 0 to 1"):
        ablate("0", [0], strength=2)
    for region in (torch.ones(3), torch.full((2, 2), 1.5)):
        with pytest.raises(ConfigError, match="give \\(height, width\\) with values in 0 to 1"):
            ablate("0", [0], region=region)
