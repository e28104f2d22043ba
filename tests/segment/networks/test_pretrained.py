"""What the library is given and what it gives: images prepared as published, errors of this package."""

import json
import sys

import pytest
import torch
from tests.segment.tiny_models import IMAGENET
from transformers.models.segformer.image_processing_pil_segformer import SegformerImageProcessorPil
from transformers.utils import logging

from ganatomy.errors import CheckpointError, ConfigError, MissingExtra
from ganatomy.segment.networks.pretrained import (
    Preprocessing,
    check_multiple,
    fetching,
    fingerprint,
    read_preprocessing,
)

PLAIN = Preprocessing((0.5,) * 3, (0.25,) * 3, 1.0, False, "bilinear", (64, 64))


def write(folder, **changes):
    settings = {**IMAGENET, "size": {"height": 48, "width": 64}, **changes}
    kept = {key: value for key, value in settings.items() if value is not None}
    (folder / "preprocessor_config.json").write_text(json.dumps(kept))
    return str(folder)


def test_images_are_scaled_and_normalised_channel_by_channel():
    preprocessing = Preprocessing((0.5, 0.0, 0.25), (0.5, 1.0, 0.25), 1.0, False, "bilinear", None)
    image = torch.tensor([-1.0, 0.0, 1.0]).view(1, 3, 1, 1)
    assert preprocessing.prepare(image, (1, 1)).flatten().tolist() == [-1, 0.5, 3]


def test_channels_go_in_turned_around_and_up_to_255_where_asked():
    preprocessing = Preprocessing((0.0,) * 3, (1.0,) * 3, 255.0, True, "bilinear", None)
    image = torch.tensor([-1.0, 0.0, 1.0]).view(1, 3, 1, 1)
    assert preprocessing.prepare(image, (1, 1)).flatten().tolist() == [255, 127.5, 0]


@pytest.mark.parametrize(("resample", "size"), [(2, (48, 64)), (2, (16, 24)), (3, (48, 64)), (3, (16, 24))])
def test_prepares_images_as_the_library_does(tmp_path, resample, size):
    """Which rounds to whole grey values after each axis: 2 in 255, divided by the smallest deviation.

    Values are far enough from black and white that the bicubic filter does not meet them between the axes.
    """
    settings = {**IMAGENET, "resample": resample, "size": {"height": size[0], "width": size[1]}}
    source = write(tmp_path, **settings)
    pixels = torch.randint(70, 186, (2, 3, 30, 40), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    expected = SegformerImageProcessorPil(**settings)(list(pixels.numpy()), return_tensors="pt")["pixel_values"]
    preprocessing = read_preprocessing(source)
    images = pixels.float() / 127.5 - 1
    prepared = preprocessing.prepare(images, preprocessing.input_size(30, 40))
    assert prepared.shape == (2, 3, *size)
    torch.testing.assert_close(prepared, expected, rtol=0, atol=2.01 / 255 / 0.224)


def test_what_is_prepared_carries_the_gradient():
    images = torch.zeros(1, 3, 40, 40, requires_grad=True)
    PLAIN.prepare(images, (16, 16)).sum().backward()
    assert images.grad.sum().item() == pytest.approx(3 * 16 * 16 / 2 / 0.25, rel=1e-5)


@pytest.mark.parametrize(
    ("written", "longer", "expected"),
    [
        ({"height": 48, "width": 64}, None, (48, 64)),
        ({"height": 48, "width": 64}, 256, (128, 256)),
        (512, None, (512, 512)),
        ({"shortest_edge": 512, "longest_edge": 2048}, None, (512, 1024)),
        ({"shortest_edge": 512, "longest_edge": 640}, None, (320, 640)),
        ({"longest_edge": 320}, None, (160, 320)),
        ({"shortest_edge": 100}, None, (96, 192)),
        ({"shortest_edge": 512}, 32, (32, 32)),
    ],
)
def test_the_size_of_the_input_follows_from_the_settings_and_a_wide_image(tmp_path, written, longer, expected):
    assert read_preprocessing(write(tmp_path, size=written)).input_size(100, 200, longer) == expected


def test_settings_of_older_releases_are_read(tmp_path):
    preprocessing = read_preprocessing(write(tmp_path, size=512, max_size=640))
    assert (preprocessing.size, preprocessing.shorter, preprocessing.longer) == (None, 512, 640)


def test_what_is_switched_off_is_left_out(tmp_path):
    preprocessing = read_preprocessing(
        write(tmp_path, do_resize=False, do_normalize=False, do_rescale=False, do_flip_channel_order=True, size=None)
    )
    assert preprocessing == Preprocessing((0.0,) * 3, (1.0,) * 3, 255.0, True, "bilinear", None)
    assert preprocessing.input_size(70, 100) == (64, 96)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [({"image_mean": None}, "image_mean"), ({"size": None}, "size"), ({"size": {"depth": 3}}, "size")],
)
def test_settings_that_lack_something_are_refused(tmp_path, changes, missing):
    with pytest.raises(
        CheckpointError, match=rf"does not say how it wants its images: '{missing}' is missing; fetch it again"
    ):
        read_preprocessing(write(tmp_path, **changes))


@pytest.mark.parametrize(
    ("raised", "expected", "message"),
    [
        (OSError("one\ntwo"), ConfigError, r"no model 'a/b': neither a folder .* \(OSError: one\); download it where"),
        (ImportError("no timm"), MissingExtra, r"'a/b' needs a package that is not installed \(ImportError: no timm\)"),
        (KeyError("x"), CheckpointError, r"cannot read model 'a/b' \(KeyError: 'x'\); fetch it again"),
        (CheckpointError("own"), CheckpointError, "^own$"),
        (MissingExtra("own"), MissingExtra, "^own$"),
    ],
)
def test_what_the_library_raises_becomes_an_error_of_this_package(raised, expected, message):
    with pytest.raises(expected, match=message), fetching("a/b"):
        raise raised


def test_the_library_is_quiet_while_it_is_used(tmp_path):
    before = logging.get_verbosity()
    assert logging.is_progress_bar_enabled()
    with fetching("a/b"):
        assert logging.get_verbosity() == logging.ERROR
        assert logging.is_progress_bar_enabled()  # for a download
    assert logging.get_verbosity() == before
    with fetching(str(tmp_path)):
        assert not logging.is_progress_bar_enabled()
    with pytest.raises(CheckpointError), fetching(str(tmp_path)):
        raise CheckpointError
    assert logging.get_verbosity() == before != logging.ERROR
    assert logging.is_progress_bar_enabled()


def test_the_extra_is_named_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers.utils", None)
    with (
        pytest.raises(MissingExtra, match=r"'a/b' needs the transformers library; pip install 'ganatomy\[transf"),
        fetching("a/b"),
    ):
        pass


def test_the_fingerprint_tells_weights_settings_and_sizes_apart():
    def network(seed):
        torch.manual_seed(seed)
        return torch.nn.BatchNorm2d(3) if seed == 0 else torch.nn.Linear(2, 2)

    prints = [
        fingerprint("hf", network(0), ("a",), None),
        fingerprint("hf", network(1), ("a",), None),
        fingerprint("hf", network(2), ("a",), None),
        fingerprint("hf", network(2), ("b",), None),
        fingerprint("hf", network(2), ("b",), 64),
        fingerprint("clipseg", network(2), ("b",), 64),
    ]
    assert len(set(prints)) == 6
    assert prints[0].endswith("-input-auto")
    assert prints[4].endswith("-input-64")
    assert fingerprint("hf", network(2), ("b",), 64) == prints[4]


@pytest.mark.parametrize(("size", "near"), [(500, 512), (10, 32), (0, 32), (-5, 32), (33, 32)])
def test_input_sizes_that_are_no_multiple_are_refused(size, near):
    with pytest.raises(ConfigError, match=rf"size {size} does not fit segmenter 'x'; it takes .* 32, such as {near}$"):
        check_multiple(size, 32, "x")
