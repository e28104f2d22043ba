"""Photos inverted by the face: in a run, in memory, and edited."""

import pytest
import torch
from PIL import Image
from tests.invert import runs, world
from tests.invert.test_training import Conditional
from tests.screen import requires_one_screen

import ganatomy as ga
from ganatomy.errors import ConfigError, DataError, IncompatibleRun
from ganatomy.invert.encoder import Encoder, EncoderShape
from ganatomy.segment.planted import PlantedSegmenter

FEW = {"steps": 6, "feature_steps": 6, "restarts": 2, "perceptual": "none", "progress": False}


@pytest.fixture(scope="module")
def generator():
    return world.trained()[0]


@pytest.fixture(scope="module")
def found(generator):
    photos = [*world.samples(generator, 2)[1], Image.new("RGB", (40, 36), "red")]
    return ga.invert(generator, photos, "layer2", distance=0.5, encoder=world.trained()[1].network, held_out=2, **FEW)


def test_latents_features_images_and_errors_are_at_hand(found):
    assert (found.layer, found.latents.shape, found.features.shape) == ("layer2", (3, 4), (3, 6, 8, 8))
    assert found.images.shape == (3, 3, 32, 32)
    assert list(found.errors) == ["encoder", "latent", "features"]
    assert all(len(errors) == 3 for errors in found.errors.values())
    assert all("no training images are known" in verdict for verdict in found.verdicts)
    assert found.picture().height > 600
    assert "photo-2" in repr(found)
    requires_one_screen(found)


def test_they_are_edited_as_samples_are(generator, found):
    edited = ga.edit(
        generator, "layer3", units=[0], on=found, segmenter=PlantedSegmenter(), random_sets=1, progress=False
    )
    assert edited.protocol.num_images == 3
    assert torch.equal(edited.pictured.baseline.z, found.latents)
    assert edited.picture().height > 4 * 128
    with pytest.raises(ConfigError, match=r"on is a str; give what ganatomy\.invert returns"):
        ga.edit(generator, "layer3", units=[0], on="photo.jpg", segmenter=PlantedSegmenter())
    with pytest.raises(IncompatibleRun, match="inverted in a generator of other weights than this one; invert again"):
        ga.edit(world.small_generator("uniform"), "layer3", units=[0], on=found, segmenter=PlantedSegmenter())


def test_a_generator_in_memory_trains_its_encoder_and_takes_its_data(generator, tmp_path):
    _, photos = runs.write_photos(tmp_path)
    data = tmp_path / "trained-on"
    first = ga.invert(generator, photos[0], encoder_steps=2, data=data, held_out=2, **FEW)
    assert first.layer == "layer2"
    assert first.records[0].num_real == 2
    assert first.encoder is not None
    again = ga.invert(generator, photos[0], encoder=first.encoder, data=data, held_out=2, **FEW)
    assert torch.equal(again.latents, first.latents)
    none = ga.invert(generator, photos, encoder=first.encoder, held_out=0, **FEW)
    assert len(none.records) == 2
    assert none.records[0].standing == ()


def test_a_run_keeps_what_was_found(tmp_path):
    run, photos = runs.write_photos(tmp_path)
    done = ga.invert(run.path, photos, "layer2", encoder_steps=2, held_out=2, **FEW)
    assert [folder.name for folder in done.folders] == ["0001-0", "0002-1"]
    assert done.records[0].num_real == 2
    edited = ga.edit(ga.load(run.path), "layer2", units=[0], on=done, segmenter=PlantedSegmenter(), progress=False)
    assert edited.protocol.num_images == 2


def test_a_class_is_asked_for_or_found():
    conditional = Conditional().eval()
    photo = torch.full((3, 32, 32), 0.4)
    asked = ga.invert(conditional, photo, "inner.layer2", class_name="dark", encoder_steps=2, held_out=1, **FEW)
    assert (asked.latents.shape, asked.latents[0, 4].item(), asked.records[0].class_name) == ((1, 5), 0, "dark")
    found = ga.invert(conditional, photo, "inner.layer2", encoder=asked.encoder, held_out=0, **FEW)
    assert found.records[0].class_name in ("dark", "light")
    assert found.records[0].settings.class_name is None


def test_mistakes_are_told(generator, tmp_path):
    run, _ = runs.write_photos(tmp_path)
    with pytest.raises(ConfigError, match="a run takes photos as files, and keeps its encoder itself"):
        ga.invert(run.path, [torch.zeros(3, 32, 32)])
    with pytest.raises(ConfigError, match="photos are none"):
        ga.invert(generator, [])
    with pytest.raises(DataError, match="photo-0 has 4 pixels"):
        ga.invert(generator, torch.zeros(3, 4, 4))
    other = Encoder(EncoderShape(16, 4))
    with pytest.raises(
        IncompatibleRun, match=r"the encoder is for EncoderShape\(image_size=16.*the generator asks for"
    ):
        ga.invert(generator, torch.zeros(3, 32, 32), encoder=other, **FEW)
