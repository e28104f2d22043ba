"""The unified segmenter loads the official files and names objects, materials, parts and halves."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import torch
from tests.reference import unified as reference
from tests.segment.release import SMALL, full_size, random_weights, sizes, write_release
from torch import nn
from torch.nn.functional import interpolate, one_hot

from ganatomy.errors import CheckpointError, ConfigError, DataError
from ganatomy.segment.networks.unified import UnifiedSegmenter, load_unified
from ganatomy.segment.networks.unified_labels import number_concepts, read_vocabulary
from ganatomy.segment.networks.upernet import Logits
from ganatomy.segment.protocol import NOTHING, DifferentiableSegmenter


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = write_release(tmp_path_factory.mktemp("unified") / "release", SMALL, width=16)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def segmenter(release):
    return dataclasses.replace(load_unified(release), input_size=64)


@pytest.fixture
def images():
    return torch.rand(5, 3, 32, 48, generator=torch.Generator().manual_seed(1)) * 2 - 1


class Planted(nn.Module):
    """Logits of set labels, as sure as can be; keeps what it was given."""

    def __init__(self, objects, materials, parts):
        super().__init__()
        self.labels, self.seen = (objects, materials, parts), []

    def forward(self, x):
        self.seen.append(x)
        objects, materials, parts = (labels[None].expand(len(x), -1, -1) for labels in self.labels)
        return Logits(
            scenes=torch.zeros(len(x), 2),
            objects=20.0 * one_hot(objects, 6).movedim(3, 1),
            parts=20.0 * one_hot(parts, 9).movedim(3, 1),
            materials=20.0 * one_hot(materials, 4).movedim(3, 1),
        )


# Channels of objects: 0 nothing, 1 sky, 2 building, 5 glass. Of materials: 1 brick, 2 glass. Of parts, by the number
# of the owner: sky 0-1 (-, cloud), building 2-4 (-, door, roof), person 5-6 (-, hair), door 7-8 (-, knob).
OBJECTS = torch.tensor([[1, 1, 1, 1], [2, 2, 0, 1], [2, 2, 0, 5]])
MATERIALS = torch.tensor([[0, 0, 0, 0], [1, 1, 3, 0], [1, 1, 0, 2]])
PARTS = torch.tensor([[1, 4, 0, 1], [4, 3, 4, 1], [3, 2, 4, 1]])


def planted(tmp_path, all_parts=False, quadrants=True, **options):
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(SMALL))
    numbering = number_concepts(read_vocabulary(path), quadrants=quadrants, all_parts=all_parts)
    return UnifiedSegmenter(numbering, "planted", Planted(OBJECTS, MATERIALS, PARTS), quadrants, **options)


def named(segmenter, head):
    """Return the names of one head of one image, a dot for nothing."""
    return [["." if label < 0 else segmenter.concepts[label] for label in row] for row in head.tolist()]


def test_names_objects_materials_parts_and_halves(tmp_path):
    segmenter = planted(tmp_path)
    labels = segmenter.segment(torch.zeros(1, 3, 3, 4))
    assert labels.dtype == torch.int64
    objects, materials, parts, top_bottom, left_right = (named(segmenter, head) for head in labels[0])
    assert objects == [["sky"] * 4, ["building", "building", ".", "sky"], ["building", "building", ".", "glass"]]
    brick, glass = "brick", "glass (material)"
    assert materials == [["."] * 4, [brick, brick, "hair", "."], [brick, brick, ".", glass]]
    # at (0, 1) the sky shows neither: no channel of its own is chosen there, so that its first, nothing, is
    assert parts == [["cloud", ".", ".", "cloud"], ["roof", "door", ".", "cloud"], ["door", ".", ".", "."]]
    # sky: rows 0-1, columns 0-3, cut at 1 and 2; building: rows 1-2, columns 0-1, cut at 2 and 1; glass: one pixel
    sky, low = ["sky-t"] * 4, ["building-t", "building-t", ".", "sky-b"]
    assert top_bottom == [sky, low, ["building-b", "building-b", ".", "glass-b"]]
    half = ["building-l", "building-r", "."]
    assert left_right == [["sky-l", "sky-l", "sky-r", "sky-r"], [*half, "sky-r"], [*half, "glass-r"]]
    assert [segmenter.categories[segmenter.concepts.index(name)] for name in ("sky", "sky-t", glass, "roof")] == [
        *("object", "part", "material", "part")
    ]


def test_the_published_fault_leaves_the_last_object_whole(tmp_path):
    images = torch.zeros(2, 3, 3, 4)
    right, faulty = planted(tmp_path).segment(images), planted(tmp_path, skip_last_component=True).segment(images)
    assert (right != faulty).nonzero().tolist() == [[image, head, 2, 3] for image in (0, 1) for head in (3, 4)]
    assert (faulty[:, 3:, 2, 3] == NOTHING).all()


def test_without_quadrants_there_are_three_heads_that_name_the_same(tmp_path):
    with_halves, without = planted(tmp_path), planted(tmp_path, quadrants=False)
    five, three = with_halves.segment(torch.zeros(1, 3, 3, 4))[0], without.segment(torch.zeros(1, 3, 3, 4))[0]
    assert len(three) == 3
    assert [named(without, head) for head in three] == [named(with_halves, head) for head in five[:3]]


def test_the_network_sees_blue_green_red_less_their_means_at_its_own_size(tmp_path):
    segmenter = planted(tmp_path)
    segmenter.segment(torch.tensor([1.0, -1.0, 0.0])[None, :, None, None].expand(1, 3, 64, 96))
    (seen,) = segmenter.network.seen
    assert seen.shape == (1, 3, 256, 256)
    expected = torch.tensor([127.5 - 102.9801, 0 - 115.9465, 255 - 122.7717])
    torch.testing.assert_close(seen, expected[None, :, None, None].expand_as(seen))
    stripes = torch.tensor([-1.0, 1.0]).repeat(256).expand(1, 3, 512, 512)
    segmenter.segment(stripes)  # twice as large: pairs of columns are averaged
    torch.testing.assert_close(segmenter.network.seen[1][0, 0], torch.full((256, 256), 127.5 - 102.9801))


def test_labels_are_as_large_as_the_images(tmp_path):
    labels = planted(tmp_path).segment(torch.zeros(1, 3, 6, 8))
    # in an image twice as large a pixel has 9/16 of the logits of its own cell, more than all others together
    doubled = (OBJECTS - 1).repeat_interleave(2, 0).repeat_interleave(2, 1)
    assert torch.equal(labels[0, 0], doubled)


def test_a_probability_is_the_share_of_its_softmax_and_merged_concepts_have_the_sum(tmp_path):
    segmenter = planted(tmp_path)
    image, sure = torch.zeros(1, 3, 3, 4), float(np.exp(20))

    def share(chosen: torch.Tensor, rivals: int) -> torch.Tensor:
        return torch.where(chosen, sure, 1.0) / (chosen * sure + ~chosen * 1.0 + rivals)

    def close(concept, expected):
        probability = segmenter.probability(image, concept)
        assert probability.shape == (1, 3, 4)
        torch.testing.assert_close(probability[0], expected, rtol=0, atol=1e-6)

    close("sky", (OBJECTS == 1).float())
    close("brick", (MATERIALS == 1).float())
    close("glass", (OBJECTS == 5).float())
    close("glass (material)", (MATERIALS == 2).float())
    # a channel of a part outside its own head leaves that head undecided: 1/2 of two, 1/3 of three
    close("cloud", torch.where(PARTS == 1, 1, torch.where(PARTS == 0, 0, 0.5)))
    close("roof", torch.where(PARTS == 4, 1, torch.where((PARTS == 2) | (PARTS == 3), 0, 1 / 3)))
    close("door", torch.where(PARTS == 3, 1, torch.where((PARTS == 2) | (PARTS == 4), 0, 1 / 3)))


def test_a_part_of_several_owners_has_the_sum_over_them(tmp_path):
    path = tmp_path / "labels.json"
    parts = {"sky": ["-", "cloud"], "building": ["-", "door", "roof"], "person": ["-", "hair"], "door": ["-", "roof"]}
    path.write_text(json.dumps(SMALL | {"object_part": parts}))
    numbering = number_concepts(read_vocabulary(path), quadrants=False, all_parts=True)
    segmenter = UnifiedSegmenter(numbering, "planted", Planted(OBJECTS, MATERIALS, PARTS), False)
    probability = segmenter.probability(torch.zeros(1, 3, 3, 4), "roof")[0]
    # the head of the building is sure at 4, sure of others at 2 and 3; that of the door is never decided
    expected = 0.5 + torch.where(PARTS == 4, 1, torch.where((PARTS == 2) | (PARTS == 3), 0, 1 / 3))
    torch.testing.assert_close(probability, expected, rtol=0, atol=1e-6)


def test_agrees_with_the_slow_version_from_images_to_probabilities(release, segmenter, images):
    encoder, decoder = (torch.load(release / f"{file}_epoch_40.pth") for file in ("encoder", "decoder"))
    x = (images.double().flip(1) + 1) * 127.5 - torch.tensor([102.9801, 115.9465, 122.7717]).view(3, 1, 1).double()
    x = nn.AdaptiveAvgPool2d((64, 64))(x)
    with torch.no_grad():
        logits = reference.decode(decoder, reference.encode(encoder, x))
    logits = {head: interpolate(logits[head], (32, 48), mode="bilinear") for head in ("object", "part", "material")}
    objects, materials = logits["object"].softmax(1), logits["material"].softmax(1)
    building = logits["part"][:, 2:5].softmax(1)
    for concept, expected in (
        ("person", objects[:, 3]),
        ("hair", materials[:, 3]),
        ("roof", building[:, 2]),
        ("door", objects[:, 4] + building[:, 1]),
    ):
        probability = segmenter.probability(images, concept)
        assert expected.std() > 1e-3
        torch.testing.assert_close(probability.double(), expected, rtol=0, atol=1e-4)
    agreement = (segmenter.segment(images)[:, 0] == objects.argmax(1) - 1).double().mean()
    assert agreement > 0.999  # near ties may go either way


def test_probabilities_are_differentiable_in_the_images(segmenter, images):
    images = images[:2].clone().requires_grad_()
    segmenter.probability(images, "roof").mean().backward()
    assert all(gradient.abs().max() > 0 for gradient in images.grad)
    assert not any(weight.requires_grad for weight in segmenter.network.parameters())
    assert not segmenter.segment(images).requires_grad
    assert isinstance(segmenter, DifferentiableSegmenter)


def test_chunks_do_not_matter(segmenter, images):
    together = segmenter.probability(images, "door")
    alone = torch.cat([segmenter.probability(image[None], "door") for image in images])
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-5)
    assert segmenter.segment(images).shape == (5, 5, 32, 48)


def test_no_images_give_no_labels(segmenter):
    assert segmenter.segment(torch.empty(0, 3, 32, 32)).shape == (0, 5, 32, 32)
    assert segmenter.probability(torch.empty(0, 3, 32, 32), "sky").shape == (0, 32, 32)


def test_loads_every_weight_of_a_release_of_full_size(tmp_path):
    folder = write_release(tmp_path / "release", full_size(), width=512)
    segmenter = load_unified(folder)
    state = segmenter.network.state_dict()
    for part in ("encoder", "decoder"):
        shapes = reference.encoder_shapes() if part == "encoder" else reference.decoder_shapes(sizes(full_size()))
        for name, tensor in random_weights(shapes).items():
            assert torch.equal(state[f"{part}.{name}"], tensor.float()), name
    shutil.rmtree(folder)
    labels = dataclasses.replace(segmenter, input_size=64).segment(torch.zeros(1, 3, 32, 32))
    assert labels.shape == (1, 5, 32, 32)
    assert 1 + len(segmenter.concepts) == 1729


def test_the_fingerprint_tells_weights_names_and_options_apart(release, tmp_path):
    prints = [
        load_unified(release).fingerprint,
        load_unified(release, quadrants=False).fingerprint,
        load_unified(release, all_parts=True).fingerprint,
        load_unified(release, skip_last_component=True).fingerprint,
    ]
    renamed = shutil.copytree(release, tmp_path / "renamed")
    (renamed / "labels.json").write_text(json.dumps(SMALL | {"scene": ["street", "garden"]}))
    prints.append(load_unified(renamed).fingerprint)
    torch.save(
        {n: -t for n, t in torch.load(release / "encoder_epoch_40.pth").items()}, renamed / "encoder_epoch_40.pth"
    )
    prints.append(load_unified(renamed).fingerprint)
    shutil.rmtree(renamed)
    assert len(set(prints)) == len(prints)
    sha256 = prints[0].split("-")[1]
    assert len(sha256) == 16
    options = ["quadrants", "", "quadrants-all-parts", "quadrants-skip-last-component"]
    assert prints[:4] == [f"unified-{sha256}-input-256-{option}".rstrip("-") for option in options]


def test_any_file_of_the_release_stands_for_its_folder(release):
    by_file = load_unified(release / "decoder_epoch_40.pth")
    assert by_file.fingerprint == load_unified(release).fingerprint


@pytest.mark.parametrize("missing", ["encoder_epoch_40.pth", "decoder_epoch_40.pth", "labels.json"])
def test_a_missing_file_is_named(tmp_path, missing):
    for file in ("encoder_epoch_40.pth", "decoder_epoch_40.pth", "labels.json"):
        if file != missing:
            (tmp_path / file).touch()
    with pytest.raises(ConfigError, match=rf"no {missing} in .*; the unified segmenter needs the folder of the"):
        load_unified(tmp_path)
    with pytest.raises(ConfigError, match=r"no encoder_epoch_40.pth in .*/nowhere; the unified"):
        load_unified(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"cannot read .*encoder_epoch_40.pth as weights \(EOFError: .*\); fetch it again"),
        (["a"], r"encoder_epoch_40.pth does not hold a dictionary of tensors; pass the file of the release"),
        ({"conv1.weight": 1}, r"encoder_epoch_40.pth does not hold a dictionary of tensors; pass the file"),
        ({}, r"encoder_epoch_40.pth does not fit Encoder: conv1.weight is missing and \d+ more; pass the weights"),
    ],
)
def test_refuses_other_files(release, tmp_path, content, message):
    shutil.copy(release / "labels.json", tmp_path)
    torch.save({}, tmp_path / "decoder_epoch_40.pth")
    if isinstance(content, bytes):
        (tmp_path / "encoder_epoch_40.pth").write_bytes(content)
    else:
        torch.save(content, tmp_path / "encoder_epoch_40.pth")
    with pytest.raises(CheckpointError, match=message):
        load_unified(tmp_path)


def test_refuses_names_that_do_not_fit_the_weights(release, tmp_path):
    for file in ("encoder_epoch_40.pth", "decoder_epoch_40.pth"):
        (tmp_path / file).symlink_to(release / file)
    (tmp_path / "labels.json").write_text(json.dumps(SMALL | {"material": ["-", "brick"]}))
    with pytest.raises(
        CheckpointError,
        match=r"decoder_epoch_40.pth does not fit Decoder: material_head.1.weight has shape \(4, 16, 1, 1\) instead of "
        r"\(2, 16, 1, 1\) and 1 more",
    ):
        load_unified(tmp_path)


def test_the_published_fault_needs_quadrants(release):
    with pytest.raises(ConfigError, match=r"skip_last_component leaves quadrants out, but there are none; set quad"):
        load_unified(release, quadrants=False, skip_last_component=True)


def test_halves_and_unknown_concepts_have_no_probability(segmenter, images):
    with pytest.raises(ConfigError, match=r"no probability of 'door-t': halves are cut out of .*; choose 'door'"):
        segmenter.probability(images, "door-t")
    with pytest.raises(ConfigError, match=r"no concept 'dor'; did you mean 'door'"):
        segmenter.probability(images, "dor")


@pytest.mark.parametrize("images", [torch.zeros(3, 8, 8), torch.zeros(1, 1, 8, 8), torch.zeros(1, 3, 8, 8).long()])
def test_refuses_what_are_no_images(segmenter, images):
    with pytest.raises(DataError, match=r"a segmenter takes float images \(n, 3, h, w\) in \[-1, 1\], got torch"):
        segmenter.segment(images)
