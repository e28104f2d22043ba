"""Pictures of an ablation: the samples that show it, alike in every arm."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ganatomy.data.grids import labelled_rows
from ganatomy.hooks import find_layer
from ganatomy.intervene.effects import Ablation, EffectProtocol, effect_latents
from ganatomy.intervene.pictures import (
    COLUMNS,
    COMPARED,
    SHOWN,
    TILE,
    samples_to_show,
    three_arms,
    write_pictures,
)
from ganatomy.models.planted import OFTEN, PlantedGenerator

SKY, GRASS, OTHER = [0, 0, 255], [0, 255, 0], [0, 0, 0]


def shades(*values: int, n: int = 2, side: int = 20) -> list[np.ndarray]:
    """Return an arm of n images for each shade."""
    return [np.full((n, side, side, 3), value, dtype=np.uint8) for value in values]


def test_samples_with_much_of_the_concept_are_shown():
    areas = np.array([[0.0, 0.0], [0.5, 0.0], [0.1, 0.0], [0.4, 0.0]])
    assert samples_to_show(areas, 0).tolist() == [1, 3]
    assert samples_to_show(areas, 1).tolist() == [0, 1, 2, 3]
    assert samples_to_show(areas, None).tolist() == [0, 1, 2, 3]


def test_no_more_samples_are_shown_than_a_grid_has():
    areas = np.linspace(0, 1, 100)[:, None]
    assert samples_to_show(areas, 0).tolist() == list(range(50, 50 + SHOWN)), "the first of those above the mean .5"
    assert samples_to_show(areas, None).tolist() == list(range(SHOWN))


def test_each_arm_shows_the_same_samples_but_for_its_units():
    generator, protocol = PlantedGenerator(), EffectProtocol(num_images=40)
    z = effect_latents(generator, protocol).take(torch.arange(40))
    samples = np.flatnonzero(z[:, 1] > OFTEN)[[5, 2]]  # two that have grass
    arms = three_arms(generator, Ablation("layer1", (0,)), (1,), protocol, samples)
    assert list(arms) == ["before", "after", "after-random"]
    assert {images.shape for images in arms.values()} == {(2, TILE, TILE, 3)}
    top, bottom = (slice(None), 8, 8), (slice(None), TILE - 8, 8)
    assert arms["before"][top].tolist() == [SKY, SKY]
    assert arms["before"][bottom].tolist() == [GRASS, GRASS]
    assert arms["after"][top].tolist() == [OTHER, OTHER]
    assert np.array_equal(arms["after"][bottom], arms["before"][bottom])
    assert np.array_equal(arms["after-random"][top], arms["before"][top])
    assert arms["after-random"][bottom].tolist() == [OTHER, OTHER]
    alone = three_arms(generator, Ablation("layer1", (0,)), (1,), protocol, samples[1:])
    assert all(np.array_equal(alone[arm][0], arms[arm][1]) for arm in arms)


def test_the_generator_is_left_without_hooks():
    generator = PlantedGenerator()
    three_arms(generator, Ablation("layer1", (0,)), (1,), EffectProtocol(num_images=2), np.array([0]))
    assert not find_layer(generator, "layer1")._forward_hooks


def test_a_grid_of_each_arm_and_the_comparison_are_written(tmp_path: Path):
    before, after = shades(10, 200, n=COLUMNS + 1)
    write_pictures(tmp_path, {"before": before, "after": after}, ["before", "after"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["after.png", "before.png", "compare.png"]
    for name, shade in (("before", 10), ("after", 200)):
        with Image.open(tmp_path / f"{name}.png") as sheet:
            assert sheet.size == (COLUMNS * 22 - 2, 2 * 22 - 2)
            assert sheet.getpixel((0, 23)) == (shade,) * 3
    with Image.open(tmp_path / "compare.png") as sheet:
        rows = [[Image.fromarray(tile) for tile in tiles[:COMPARED]] for tiles in (before, after)]
        assert np.array_equal(sheet, labelled_rows(rows, ["before", "after"]))
