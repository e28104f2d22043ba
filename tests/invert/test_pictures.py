"""Pictures of an inversion."""

from tests.invert.world import inverter, samples

from ganatomy.invert.pictures import TILE, comparison, stage_images


def test_a_column_for_each_photo_and_a_row_for_each_stage():
    made = inverter(steps=2)
    found = made.invert(samples(made.generator, 2)[1])
    sheet = comparison(found)
    assert sheet.height == 4 * TILE + 3 * 4
    assert sheet.width > 2 * TILE
    shown = stage_images(found)
    assert list(shown) == ["photo", "encoder", "latent", "features"]
    assert shown["photo"].size == (32, 32)
