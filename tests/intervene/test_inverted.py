"""Inverted photos are edited as samples are: planted units do to them what they do."""

import json

import pytest
import torch
from tests.invert import runs
from torch import nn

from ganatomy.config.edit import EditConfig
from ganatomy.data.images import to_uint8
from ganatomy.errors import ConfigError, IncompatibleRun, LayerError
from ganatomy.intervene import session
from ganatomy.intervene.baseline import observe
from ganatomy.intervene.inverted import InvertedPhotos, observe_inverted, observing
from ganatomy.intervene.session import edit_units
from ganatomy.invert.session import invert_photos
from ganatomy.models.planted import PlantedGenerator
from ganatomy.models.protocol import sample_latents
from ganatomy.progress import SILENT
from ganatomy.segment.planted import PlantedSegmenter


def planted(layer="layer1", n=6):
    generator = PlantedGenerator().eval()
    z = sample_latents(generator, n, torch.Generator().manual_seed(0))
    of_samples = observe(generator, PlantedSegmenter(), layer, z)
    return generator, InvertedPhotos(layer, z, of_samples.featuremaps, of_samples.images), of_samples


@pytest.mark.parametrize("layer", ["layer1", "layer2"])
def test_what_was_found_is_shown_also_in_a_later_layer(layer):
    generator, inverted, of_samples = planted()
    shifted = InvertedPhotos("layer1", inverted.z.roll(1, 0), inverted.featuremaps, inverted.photos)
    baseline = observe_inverted(generator, PlantedSegmenter(), layer, shifted)
    assert torch.equal(baseline.images, of_samples.images)  # by the featuremaps, not by the latents
    assert torch.equal(baseline.labels, of_samples.labels)
    assert observing(generator, PlantedSegmenter(), None) is None


def test_a_layer_before_the_photos_is_refused():
    generator, inverted, _ = planted("layer2")
    with pytest.raises(ConfigError, match=r"layer 'layer1' comes before 'layer2'.*invert again with --layer layer1"):
        observe_inverted(generator, PlantedSegmenter(), "layer1", inverted)


class Around(nn.Module):
    """Two layers, the first of which reaches the image around the second; with noise it cannot be replayed."""

    z_dim, image_size, latent, class_names = 12, 2, "normal", None

    def __init__(self, has_noise):
        super().__init__()
        self.first, self.second, self.has_noise = nn.ConvTranspose2d(12, 3, 2), nn.Conv2d(3, 3, 1), has_noise

    def forward(self, z):
        r = self.first(z[:, :, None, None])
        noise = 1e-6 * torch.randn(len(z), 1, 1, 1) if self.has_noise else 0
        return torch.tanh(self.second(r) + r + noise)


class Plain:
    """Sees one thing everywhere."""

    concepts, categories, name, fingerprint = ("all",), ("object",), "plain", "plain-1"

    def segment(self, images):
        return torch.zeros(len(images), 1, 2, 2, dtype=torch.long)


@torch.no_grad()
def test_what_goes_around_the_layer_is_kept_or_refused():
    for has_noise in (False, True):
        generator = Around(has_noise).eval()
        z = torch.randn(2, 12, generator=torch.Generator().manual_seed(0))
        found = generator.first(z[:, :, None, None]) + 1
        inverted = InvertedPhotos("first", z, found, torch.zeros(2, 2, 2, 3, dtype=torch.uint8))
        wanted = to_uint8(torch.tanh(generator.second(found) + found)).short()
        shown = observe_inverted(generator, Plain(), "first", inverted).images
        assert (shown.short() - wanted).abs().max() <= (1 if has_noise else 0)
        if has_noise:
            with pytest.raises(LayerError, match="in layer 'first' goes around layer 'second'; edit layer 'first'"):
                observe_inverted(generator, Plain(), "second", inverted)
        else:
            assert torch.equal(observe_inverted(generator, Plain(), "second", inverted).images.short(), wanted)


@pytest.fixture
def inverted_run(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "load_choice", lambda *_: PlantedSegmenter())
    run, photos = runs.write_photos(tmp_path)
    invert_photos(runs.config(run, photos, held_out=0), SILENT)
    return run, photos


def test_an_edit_of_photos_shows_them_and_is_recorded(inverted_run):
    run, _ = inverted_run
    on = ("invert/0001-0", "0002-1")
    for layer in ("layer2", "layer3"):
        done = edit_units(EditConfig(run.path, layer, on=on, units=(0,), segmenter="scenes", random_sets=1), SILENT)
        assert done.content["on"] == ["invert/0001-0", "invert/0002-1"]
        assert (done.content["num_images"], done.content["shown"]["samples"]) == (2, [0, 1])
        assert done.content["photo"] == "photo.png"
        assert (done.folder / "compare.png").exists()
    assert json.loads((done.folder / "effects.json").read_text()) == done.content


def test_photos_of_two_layers_of_other_weights_or_none_are_refused(inverted_run):
    run, photos = inverted_run
    invert_photos(runs.config(run, photos[:1], held_out=0, layer="layer3"), SILENT)

    def edited(*on, **more):
        edit_units(
            EditConfig(run.path, on=on, **({"layer": "layer3", "units": (0,), "segmenter": "scenes"} | more)), SILENT
        )

    with pytest.raises(ConfigError, match="photos were inverted at layers layer2, layer3; edit those of one layer"):
        edited("0001-0", "0003-0")
    with pytest.raises(IncompatibleRun, match="has no inverted photo 'invert/0009'; it has invert/0001-0"):
        edited("invert/0009")
    with pytest.raises(ConfigError, match="comes before 'layer3'"):
        edited("0003-0", layer="layer2")
