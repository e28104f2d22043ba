"""Cards show a unit's top samples with its active region."""

import numpy as np
import torch

from ganatomy.dissect.cards import DIMMED, GAP, TILE, card_sources, draw_card, enlarged
from ganatomy.dissect.latents import LatentSet
from ganatomy.hooks import record
from ganatomy.models.planted import PlantedGenerator

YELLOW = [255, 219, 0]


def test_sources_are_the_samples_images_and_the_units_own_maps():
    generator, latents = PlantedGenerator(), LatentSet(PlantedGenerator(), 0, "cards", 9)
    top = torch.tensor([[8, 2], [2, 0], [1, 8], [3, 3], [0, 5], *[[4, 7]] * 6])
    images, maps = card_sources(generator, "layer1", top, latents, batch_size=2)
    assert images.shape == (11, 2, 16, 16, 3)
    with record(generator, ["layer1"]) as recorded:
        expected = generator(latents.take(torch.arange(9)))
    for unit in range(11):
        for place, sample in enumerate(top[unit].tolist()):
            assert torch.equal(maps[unit, place], recorded["layer1"][sample, unit])
            assert torch.equal(images[unit, place, 0, 0], ((expected[sample, :, 0, 0] + 1) * 127.5).round().byte())


def test_the_region_is_bright_its_rim_yellow_and_the_rest_dim():
    images = torch.full((2, 16, 16, 3), 200, dtype=torch.uint8)
    ramp = torch.linspace(-1, 1, 16).expand(16, 16)
    card = np.asarray(draw_card(torch.stack([*images]), torch.stack([ramp, -ramp]), 0.0))
    assert card.shape == (TILE, 2 * TILE + GAP, 3)
    row = card[TILE // 2]
    assert row[4].tolist() == [round(200 * DIMMED)] * 3
    assert row[TILE - 5].tolist() == [200] * 3
    assert any(pixel.tolist() == YELLOW for pixel in row[TILE // 2 - 2 : TILE // 2 + 2])
    assert row[TILE + GAP // 2].tolist() == [255] * 3
    assert row[TILE + GAP + 5].tolist() == [200] * 3


def test_a_unit_without_a_threshold_leaves_the_images_as_they_are():
    images = torch.full((1, 16, 16, 3), 90, dtype=torch.uint8)
    card = np.asarray(draw_card(images, torch.ones(1, 4, 4), float("inf")))
    assert (card == 90).all()


def test_large_images_keep_their_size():
    assert enlarged(torch.zeros(1, TILE + 8, TILE + 8, 3, dtype=torch.uint8), TILE).shape[2] == TILE + 8
