"""Other images beside a photo: which, how many, kept between calls, and what is said of a photo among them."""

import numpy as np
import pytest
import torch
from PIL import Image
from tests.cli.tiny import write_images
from tests.invert.world import inverter, samples

from ganatomy.data.image_set import ImageSet
from ganatomy.errors import DataError
from ganatomy.invert import reference as module
from ganatomy.invert.reference import HeldOut, held_out_images, reference, standing, verdict
from ganatomy.runs.directory import Run
from ganatomy.runs.manifest import TrainingData
from ganatomy.runs.records.inversions import InversionSettings, StandingRow

SETTINGS = InversionSettings("layer2", 0.5, 20, 20, 1, 0.01, "scales scales-1", 1.0, 60, None, 0)


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    made = inverter()
    images = samples(made.generator, 6, seed=3)[1]
    pixels = ((images + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    return HeldOut(ImageSet(pixels, (), np.full(6, -1)), "photos.zip", "held-out images, of the split test")


def test_a_photo_stands_among_them_and_noise_above_all(held_out):
    made = inverter(steps=40)
    record = reference(None, made, "g", SETTINGS, held_out, 4)
    assert (len(record.real), len(record.samples), record.data) == (4, 4, "photos.zip")
    noise = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1
    found = made.invert(torch.cat([noise, samples(made.generator, 1, seed=9)[1]]))
    rows = standing(found, 0, record)
    assert [(row.stage, row.error, row.percentile) for row in rows] == [
        (stage, error, 1) for stage in ("latent", "features") for error in ("rmse", "perceptual")
    ]
    assert rows[0].value > 2 * rows[0].real_median
    assert verdict(rows, 4, record.held_out).startswith("unlike the training data: the ")
    assert standing(found, 1, record)[0].value < rows[0].value


def test_what_was_inverted_is_kept_and_more_goes_on_from_there(tmp_path, held_out, monkeypatch):
    run, made, inverted = Run(tmp_path), inverter(steps=2), []
    invert = type(made).invert
    monkeypatch.setattr(
        type(made), "invert", lambda self, photos, *_: inverted.append(len(photos)) or invert(self, photos)
    )
    first = reference(run, made, "g", SETTINGS, held_out, 2)
    assert inverted == [2, 2]
    assert reference(run, made, "g", SETTINGS, held_out, 2) == first
    more = reference(run, made, "g", SETTINGS, held_out, 3)
    assert (inverted, more.real[:2]) == ([2, 2, 1, 1], first.real)
    assert reference(run, made, "g", SETTINGS, held_out, 1).samples == first.samples[:1]
    reference(run, made, "other", SETTINGS, held_out, 2)
    assert len(list((tmp_path / "invert/references").iterdir())) == 2


def test_an_interruption_loses_one_batch(tmp_path, held_out, monkeypatch):
    run, made = Run(tmp_path), inverter(steps=2)
    invert = type(made).invert

    def stopped(self, photos, progress, said):
        if said == "inverting samples":
            raise KeyboardInterrupt
        return invert(self, photos)

    monkeypatch.setattr(type(made), "invert", stopped)
    with pytest.raises(KeyboardInterrupt):
        reference(run, made, "g", SETTINGS, held_out, 2)
    monkeypatch.undo()
    (file,) = (tmp_path / "invert/references").iterdir()
    assert len(module.read_record(module.ReferenceRecord, file).real) == 2


def row(error, percentile, real=0.1):
    return StandingRow("latent", error, 0.2, real, 0.05, percentile)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [row("rmse", 0.5), row("perceptual", 0.25)],
            "like the training data: the pixel error of its latents, 0.200, is above that of 50%",
        ),
        (
            [row("rmse", 0.5), row("perceptual", 0.9)],
            "harder than most training data: the perceptual distance of its latents, 0.200",
        ),
        (
            [row("rmse", 1.0)],
            "unlike the training data: the pixel error of its latents, 0.200, is above that of 100% of 8 held-out",
        ),
        ([row("rmse", None, None)], "no training images are known, so that its errors stand beside those of samples"),
        ([], "nothing was inverted to compare with"),
    ],
)
def test_a_sentence_says_how_like_the_training_data_it_is(rows, said):
    assert verdict(rows, 0 if "no training images" in said else 8, "held-out images, of the split test").startswith(
        said
    )


def test_without_training_images_samples_alone_are_compared_with():
    made = inverter(steps=2)
    record = reference(None, made, "g", SETTINGS, None, 2)
    assert (record.real, len(record.samples), record.data) == ((), 2, None)
    rows = standing(made.invert(samples(made.generator, 1)[1]), 0, record)
    assert [row.percentile for row in rows] == [None] * 4
    assert standing(made.invert(samples(made.generator, 1)[1]), 0, reference(None, made, "g", SETTINGS, None, 0)) == ()


def test_held_out_images_are_those_of_another_split_where_there_is_one(tmp_path):
    for split, shade in (("train", 0), ("test", 255)):
        (tmp_path / "photos" / split).mkdir(parents=True)
        Image.new("RGB", (32, 32), (shade,) * 3).save(tmp_path / "photos" / split / "a.png")
    found = held_out_images(TrainingData(str(tmp_path / "photos"), 32), 4)
    assert (found.said, found.data) == ("held-out images, of the split test", "photos")
    assert found.images.images.min() == 255
    tested = held_out_images(TrainingData(str(tmp_path / "photos"), 32, split="test"), 4)
    assert tested.said == "training images, for want of others"
    plain = held_out_images(TrainingData(str(write_images(tmp_path / "plain", 2)), 32), 4)
    assert plain.said == "training images, for want of others"
    with pytest.raises(DataError, match=r"^the images that r was trained on are not at"):
        held_out_images(TrainingData(str(tmp_path / "gone"), 32), 4, called="r")


def test_held_out_scenes_are_rendered_anew(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "open_images", lambda data, seed, _: asked.append((data.num_scenes, seed)))
    assert held_out_images(TrainingData("scenes", 64), 3).said == "held-out scenes, rendered anew"
    assert asked == [(3, module.SCENES_SEED)]
