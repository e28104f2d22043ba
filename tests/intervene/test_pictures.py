"""Pictures of an edit: the samples that show it, alike in every arm, with what changed outlined."""

import numpy as np
import torch
from PIL import Image
from tests.intervene.planted_edit import PROTOCOL, prepared, step

from ganatomy.config.steps import read_where
from ganatomy.hooks import find_layer
from ganatomy.intervene.effects import measure_edit
from ganatomy.intervene.pictures import (
    COLUMNS,
    OUTLINE,
    SHOWN,
    TILE,
    arms_of,
    comparison,
    outlined,
    rule_of,
    samples_to_show,
    to_show,
    write_pictures,
)

SKY, GRASS, OTHER = [0, 0, 255], [0, 255, 0], [0, 0, 0]


def shown(*steps, **more):
    edit = prepared(*steps, **more)
    return to_show(edit, measure_edit(edit, PROTOCOL))


def test_samples_with_much_of_the_concept_are_shown():
    edit = prepared(step("ablate", "grass", concept="grass"))
    areas = edit.baseline.areas[:, 2]
    assert samples_to_show(edit).tolist() == np.flatnonzero(areas >= areas.mean())[:SHOWN].tolist()
    assert rule_of(edit) == "the first samples with at least the concept's mean area"


def test_of_an_insertion_those_that_have_its_region():
    insert = step("insert", "door and cloud", concept="door", value=1.0)
    edit = prepared(insert, where=read_where("building"))
    built = edit.baseline.areas[:, 3] > 0
    assert samples_to_show(edit).tolist() == np.flatnonzero(built)[:SHOWN].tolist()
    assert rule_of(edit) == "the first samples that have a region"
    assert samples_to_show(prepared(insert)).tolist() == list(range(SHOWN))
    assert rule_of(prepared(insert)) == "the first samples"


def test_each_arm_shows_the_same_samples_but_for_its_units():
    pictured = shown(step("ablate", "sky", concept="sky", carriers=("sky", "door and cloud")))
    arms = arms_of(pictured)
    assert list(arms) == ["before", "after", "after-random"]
    assert torch.equal(arms["before"], pictured.baseline.images)
    assert (arms["before"][:, 1, 1] == torch.tensor(SKY)).all()
    assert (arms["after"][:, 1, 1] == torch.tensor(OTHER)).all()
    assert torch.equal(arms["after"][:, -1], arms["before"][:, -1])
    assert torch.equal(arms["after-random"][:, 1, 1], arms["before"][:, 1, 1])
    alone = pictured.first(1)
    assert len(alone.samples) == len(alone.baseline) == 1
    assert all(torch.equal(images[0], arms[arm][0]) for arm, images in arms_of(alone).items())


def test_the_generator_is_left_without_hooks():
    pictured = shown(step("ablate", "sky"))
    arms_of(pictured)
    assert not find_layer(pictured.baseline.halves.generator, "layer1")._forward_hooks


def test_regions_that_changed_are_outlined_and_single_pixels_are_not():
    before = torch.zeros(1, 32, 32, 3, dtype=torch.uint8)
    after = before.clone()
    after[0, 8:24, 8:24] = 50
    after[0, 2, 2] = 50
    tile = outlined(before, after)[0].int()
    colour = (torch.tensor(OUTLINE) * 255).round().int()
    is_line = (tile - colour).abs().amax(2) < 40
    scale = TILE // 32
    assert is_line[8 * scale - 3 : 8 * scale + 3, 16 * scale].any(), "at the upper edge"
    assert not is_line[16 * scale, 16 * scale], "not within"
    assert not is_line[: 5 * scale, : 5 * scale].any(), "not around one pixel"
    assert torch.equal(outlined(before, before)[0].int(), torch.zeros(TILE, TILE, 3).int())


def test_a_grid_of_each_arm_and_the_comparison_are_written(tmp_path):
    pictured = shown(step("ablate", "grass", concept="grass"))
    files = write_pictures(tmp_path, pictured)
    assert files == {
        "before": "before.png",
        "after": "after.png",
        "after_random": "after-random.png",
        "changed": "changed.png",
        "compare": "compare.png",
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(files.values())
    with Image.open(tmp_path / "after.png") as sheet:
        assert sheet.width == COLUMNS * (TILE + 2) - 2
        assert sheet.getpixel((4, TILE - 4)) == tuple(OTHER)
    with Image.open(tmp_path / "compare.png") as sheet:
        assert np.array_equal(sheet, comparison(pictured))


def test_labels_tell_the_steps_and_the_units_that_carry_the_concept():
    tree, door = (step("ablate", "crown", "trunk", concept="tree", carriers=()), step("insert", 6, concept="door"))
    assert shown(tree).labels == ("before", "tree ablated:\n2 units, 1 labelled", "random units\ninstead")
    assert shown(tree, door).labels[1] == "tree ablated:\n2 units, 1 labelled\ndoor inserted:\n1 unit"
    assert shown(*[step("ablate", 0)] * 5).labels[1].splitlines()[-1] == "and 2 more"
    assert shown(step("ablate", 0)).labels[1] == "1 unit\nablated"


def test_without_random_units_there_are_two_rows():
    pictured = shown(step("copy", source=(3, 0, 0)))
    assert list(arms_of(pictured)) == ["before", "after"]
    assert comparison(pictured).height < comparison(shown(step("ablate", 0))).height
