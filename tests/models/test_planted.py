"""The planted generator is what its table says, by arithmetic and by ablating every unit."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import dissection as reference

from ganatomy.hooks import edit, record
from ganatomy.intervene.changes import ablate
from ganatomy.models.planted import CHOICES, NUMBER, OFTEN, PAINTS, PIXELS, UNITS, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.segment.protocol import NOTHING, OTHER

GENERATOR, SEGMENTER = PlantedGenerator(), PlantedSegmenter()
LETTERS = {OTHER: ".", "sky": "s", "grass": "g", "building": "b", "tree": "t", "cloud": "c", "door": "d"}


def latents(seed, n=40):
    return torch.randn(n, GENERATOR.z_dim, generator=torch.Generator().manual_seed(seed))


def images_of(z, edits=None):
    with torch.no_grad(), edit(GENERATOR, edits or {}):
        return GENERATOR(z)


def maps_of(z):
    with torch.no_grad(), record(GENERATOR, ["layer1"]) as recorded:
        GENERATOR(z)
    return recorded["layer1"]


def shown(images):
    """Return the mask (n, h, w) of each concept."""
    labels = SEGMENTER.segment(images)
    return {concept: (labels == c).any(1) for c, concept in enumerate(SEGMENTER.concepts)}


def drawn(labels):
    """Return labels (16, 16) as a line of letters for each row of cells."""
    names = [LETTERS[concept] for concept in SEGMENTER.concepts] + ["."]  # -1 is the last one
    return ["".join(names[label] for label in row) for row in labels[::2, ::2].tolist()]


def scene(**choices):
    names = ["sky", "grass", "building", "side", "tree", "tree_side", "door", "cloud", "cloud_column", "artifact"]
    assert len(names) == CHOICES
    z = torch.zeros(1, GENERATOR.z_dim)
    for name, value in choices.items():
        z[0, names.index(name)] = value
    return images_of(z)


def test_a_full_scene_is_drawn_as_described():
    image = scene(tree=1, tree_side=-1, cloud=1, door=1)
    objects, parts = SEGMENTER.segment(image)[0]
    assert drawn(objects) == [
        "ssssssss", "ssssssss", "........", "bbbbtt..", "bbbbtt..", "bbbbtt..", "gggggggg", "gggggggg",
    ]  # fmt: skip
    assert drawn(parts) == [
        "...cc...", "........", "........", "........", ".d......", ".d......", "........", "........",
    ]  # fmt: skip


def test_an_artifact_takes_the_place_of_a_building_and_is_no_concept():
    image = scene(sky=-1, grass=-1, building=-1, side=1, artifact=1, door=1)
    magenta = (image[0].sign() == torch.tensor([1.0, -1.0, 1.0])[:, None, None]).all(0)
    assert ["".join(".m"[cell] for cell in row) for row in magenta[6:12:2, ::2].int().tolist()] == [
        ".....m.m", "....m.m.", ".....m.m",
    ]  # fmt: skip
    objects, parts = SEGMENTER.segment(image)[0]
    assert drawn(objects) == ["ssssssss", *["........"] * 7]
    assert (parts == NOTHING).all()


def test_the_tree_stands_beside_the_building_on_either_place():
    places = [
        drawn(SEGMENTER.segment(scene(side=side, tree=1, tree_side=place))[0, 0])[3]
        for side in (-1, 1)
        for place in (-1, 1)
    ]
    assert places == ["bbbbtt..", "bbbb..tt", "tt..bbbb", "..ttbbbb"]


def test_concepts_are_as_frequent_as_planted():
    maps = maps_of(latents(0, 4000)).amax((2, 3)) > 0
    often = 1 - torch.distributions.Normal(0.0, 1.0).cdf(torch.tensor(OFTEN)).item()
    share = {name: maps[:, number].double().mean().item() for name, number in NUMBER.items()}
    assert share["sky"] == share["foreground"] == 1
    assert share["dead"] == 0
    assert share["grass"] == pytest.approx(often, abs=0.02)
    assert share["building"] == pytest.approx(often, abs=0.02)
    assert share["tree copy"] == share["crown"] == share["trunk"] == pytest.approx(0.5, abs=0.02)
    assert share["artifact"] == pytest.approx((1 - often) / 2, abs=0.02)  # one in eight


def test_each_unit_agrees_with_the_concepts_of_the_table_and_no_others():
    z = latents(1, 400)
    maps, masks = maps_of(z), shown(images_of(z))
    for number, unit in enumerate(UNITS[:-1]):  # noise agrees with nothing at any threshold
        active = reference.masks_above(maps, (PIXELS, PIXELS), number, 0.5)
        scores = {concept: reference.iou(active, mask) for concept, mask in masks.items() if concept != OTHER}
        high = [concept for concept, score in sorted(scores.items(), key=lambda item: -item[1]) if score > 0.25]
        assert tuple(high) == unit.agrees_with, unit.name


def test_masks_of_other_samples_explain_the_place_only_unit_alone():
    z = latents(10)
    maps, masks = maps_of(z), shown(images_of(z))
    for number, unit in enumerate(UNITS):
        if unit.agrees_with:
            active, mask = reference.masks_above(maps, (PIXELS, PIXELS), number, 0.5), masks[unit.agrees_with[0]]
            pairs = [(i, j) for i in range(len(z)) for j in range(len(z)) if i != j]
            ours, theirs = (list(numbers) for numbers in zip(*pairs, strict=True))
            null, score = reference.iou(active[ours], mask[theirs]), reference.iou(active, mask)
            assert null == pytest.approx(score) if unit.kind == "place-only" else null < score - 0.25, unit.name


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_upsampled_units_are_their_concepts_to_the_pixel_in_any_sample(seed):
    z = latents(seed, 8)
    maps, masks = maps_of(z), shown(images_of(z))
    active = {name: reference.masks_above(maps, (PIXELS, PIXELS), number, 7 / 16) for name, number in NUMBER.items()}
    for name in ("sky", "grass", "building"):
        assert torch.equal(active[name], masks[name])
    assert torch.equal(active["crown"] | active["trunk"], masks["tree"])
    assert torch.equal(active["tree copy"], masks["tree"])
    assert torch.equal(active["door and cloud"], masks["door"] | masks["cloud"])
    assert (masks["door"] <= masks["building"]).all()
    assert (masks["cloud"] <= masks["sky"]).all()
    assert torch.stack([masks[c] for c in SEGMENTER.concepts[:5]]).sum(0).eq(1).all()  # one object a pixel


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.sets(st.sampled_from(range(len(UNITS))), min_size=1))
def test_ablating_any_units_removes_what_they_cause_and_nothing_else(seed, units):
    z = latents(seed, 8)
    before, after = shown(images_of(z)), shown(images_of(z, ablate("layer1", sorted(units))))
    causes = {concept for unit in units for concept in UNITS[unit].causes}
    for concept in SEGMENTER.concepts[1:]:
        if concept not in causes:
            assert torch.equal(before[concept], after[concept])
        elif concept != "tree" or {NUMBER["crown"], NUMBER["trunk"]} <= units:
            assert not after[concept].any()
        else:
            rows = 3 if NUMBER["crown"] in units else 1.5  # what is left of it: a third, or two thirds
            assert after["tree"].sum() * rows == before["tree"].sum()


@pytest.mark.parametrize("name", ["tree copy", "foreground", "dead", "noise"])
def test_what_nothing_reads_changes_no_pixel_whatever_is_inserted(name):
    z = latents(2)
    for value in (0.0, 1.0, 50.0):
        assert torch.equal(images_of(z, ablate("layer1", [NUMBER[name]], value)), images_of(z))


def test_an_artifact_goes_without_a_trace_in_the_concepts():
    z = latents(3)
    before, after = images_of(z), images_of(z, ablate("layer1", [NUMBER["artifact"]]))
    changed = (before != after).any(1)
    assert torch.equal(changed.any((1, 2)), maps_of(z)[:, NUMBER["artifact"]].amax((1, 2)) > 0)
    assert 0 < changed.any((1, 2)).sum() < 15
    assert torch.equal(SEGMENTER.segment(before), SEGMENTER.segment(after))
    assert (after.permute(0, 2, 3, 1)[changed] == -1).all()


@pytest.mark.parametrize("value", [1.0, 50.0])
def test_a_part_can_be_inserted_only_into_its_object(value):
    z = latents(4)
    before = shown(images_of(z))
    after = shown(images_of(z, ablate("layer1", [NUMBER["door and cloud"]], value)))
    assert torch.equal(after["door"], before["building"])
    assert torch.equal(after["cloud"], before["sky"])
    assert all(torch.equal(after[c], before[c]) for c in ("sky", "grass", "building", "tree", OTHER))


def test_an_object_can_be_inserted_anywhere():
    z = latents(5)
    artifact = torch.from_numpy(maps_of(z)[:, NUMBER["artifact"]].numpy().repeat(2, 1).repeat(2, 2)) > 0
    after = shown(images_of(z, ablate("layer1", [NUMBER["crown"]], 1.0)))
    assert torch.equal(after["tree"], ~artifact)  # the last paint


def test_a_paint_of_the_second_layer_causes_its_colour_alone():
    z = latents(6)
    before = shown(images_of(z))
    for number, paint in enumerate(PAINTS):
        after = shown(images_of(z, ablate("layer2", [number])))
        gone = {concept for concept in SEGMENTER.concepts[1:] if not torch.equal(before[concept], after[concept])}
        assert gone == {paint.part or paint.object} - {None}
        parts = {"sky": "cloud", "building": "door"}  # they stay, and with them what they are parts of
        for concept in gone:
            assert after[concept].sum() == (before[parts[concept]].sum() if concept in parts else 0)
