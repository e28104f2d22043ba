"""Concepts are numbered as the release numbers its labels."""

import json

import pytest
import torch
from tests.segment.release import SMALL, full_size

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.networks.unified_labels import (
    from_official_labels,
    number_concepts,
    official_labels,
    read_vocabulary,
)
from ganatomy.segment.protocol import NOTHING


def numbering(tmp_path, labels, quadrants=True, all_parts=False):
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(labels))
    return number_concepts(read_vocabulary(path), quadrants=quadrants, all_parts=all_parts)


@pytest.mark.parametrize(
    ("quadrants", "all_parts", "total"), [(True, False, 1729), (False, False, 389), (True, True, 1813)]
)
def test_the_release_has_as_many_labels(tmp_path, quadrants, all_parts, total):
    numbered = numbering(tmp_path, full_size(), quadrants, all_parts)
    assert 1 + len(numbered.concepts) == total
    assert len(set(numbered.concepts)) == len(numbered.concepts) == len(numbered.categories)


def test_a_label_of_the_release_is_the_index_plus_one(tmp_path):
    numbered = numbering(tmp_path, full_size())
    names = dict(enumerate(numbered.concepts, start=1))
    wall = 1 + numbered.concepts.index("wall")
    assert [names[wall + shift] for shift in (335, 670, 1005, 1340)] == ["wall-t", "wall-l", "wall-b", "wall-r"]
    assert (names[335], names[336], names[1675]) == ("object 320", "sky-t", "object 320-r")
    assert (names[1676], names[1700]) == ("material 0", "material 24")
    assert (names[1701], names[1728]) == ("cloud", "back")
    categories = dict(enumerate(numbered.categories, start=1))
    assert [categories[label] for label in (1, 335, 336, 1675, 1676, 1700, 1701, 1728)] == [
        *("object", "object", "part", "part", "material", "material", "part", "part")
    ]
    labels = torch.tensor([NOTHING, 0, 1727])
    assert official_labels(labels).tolist() == [0, 1, 1728]
    assert torch.equal(from_official_labels(official_labels(labels)), labels)


def test_objects_halves_materials_and_parts_come_in_this_order(tmp_path):
    assert numbering(tmp_path, SMALL).concepts == (
        *("sky", "building", "person", "door", "glass"),
        *("sky-t", "building-t", "person-t", "door-t", "glass-t"),
        *("sky-l", "building-l", "person-l", "door-l", "glass-l"),
        *("sky-b", "building-b", "person-b", "door-b", "glass-b"),
        *("sky-r", "building-r", "person-r", "door-r", "glass-r"),
        *("brick", "glass (material)", "hair"),
        *("cloud", "roof", "hair (part)"),
    )


def test_parts_come_by_owner_sky_building_person_or_else_as_in_the_file(tmp_path):
    few, every = (numbering(tmp_path, SMALL, quadrants=False, all_parts=chosen) for chosen in (False, True))
    assert few.concepts[few.first_part :] == ("cloud", "roof", "hair (part)")
    assert every.concepts[every.first_part :] == ("roof", "cloud", "knob", "hair (part)")


def test_channels_of_parts_come_by_the_number_of_the_owner_and_a_part_that_is_an_object_is_the_object(tmp_path):
    few, every = (numbering(tmp_path, SMALL, quadrants=False, all_parts=chosen) for chosen in (False, True))
    heads = {few.concepts[head.owner]: (head.channels, head.concepts) for head in few.part_heads}
    cloud, roof, hair = (few.concepts.index(name) for name in ("cloud", "roof", "hair (part)"))
    assert heads == {
        "sky": (slice(0, 2), (NOTHING, cloud)),
        "building": (slice(2, 5), (NOTHING, few.concepts.index("door"), roof)),
        "person": (slice(5, 7), (NOTHING, hair)),
    }
    assert [every.concepts[head.owner] for head in every.part_heads] == ["building", "sky", "door", "person"]
    assert [head.channels for head in every.part_heads] == [slice(2, 5), slice(0, 2), slice(7, 9), slice(5, 7)]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"no names at .*labels\.json; the release keeps them in labels\.json beside"):
        read_vocabulary(tmp_path / "labels.json")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"object": ["sky", "building"]}, r"the objects have to be unique and start with '-'"),
        ({"material": ["-", "brick", "brick"]}, r"the materials have to be unique and start with '-'"),
        ({"object_part": {"moon": ["-", "crater"]}}, r"'moon' has parts but is not one of the objects"),
        ({"object_part": {"sky": ["-", "sky"]}}, r"the parts of 'sky' have to be unique and other than itself"),
        ({"object_part": {"sky": ["-", "a", "a"]}}, r"the parts of 'sky' have to be unique and other than itself"),
        ({"object": "sky"}, r"needs lists of names .* \(TypeError: sky is no list of names\)"),
        ({"scene": [1]}, r"needs lists of names .* \(TypeError: \[1\] is no list of names\)"),
        ({"object_part": []}, r"needs lists of names .* \(AttributeError: .*; pass the labels\.json of the release"),
    ],
)
def test_refuses_other_names(tmp_path, change, message):
    with pytest.raises(CheckpointError, match=message):
        numbering(tmp_path, SMALL | change)


def test_refuses_a_file_that_lacks_a_list_or_is_no_json(tmp_path):
    path = tmp_path / "labels.json"
    path.write_text(json.dumps({"object": ["-"]}))
    with pytest.raises(CheckpointError, match=r"labels\.json needs lists of names .* \(KeyError: 'material'\)"):
        read_vocabulary(path)
    path.write_bytes(b"\x80")
    with pytest.raises(CheckpointError, match=r"labels\.json needs lists of names .* \(UnicodeDecodeError: "):
        read_vocabulary(path)


def test_the_parts_of_an_object_can_be_missed(tmp_path):
    labels = SMALL | {"object_part": {"building": ["-", "roof"]}}
    with pytest.raises(CheckpointError, match=r"names no parts of 'sky'; pass the file of the release, or ask for all"):
        numbering(tmp_path, labels)
    assert len(numbering(tmp_path, labels, all_parts=True).part_heads) == 1


def test_refuses_two_concepts_of_one_name(tmp_path):
    with pytest.raises(CheckpointError, match=r"two concepts 'hair \(part\)'; pass the file of the release"):
        numbering(tmp_path, SMALL | {"material": ["-", "hair", "hair (part)"]})
