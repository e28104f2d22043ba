"""Photos inverted into a run: what is written, kept and refused."""

import json

import pytest
import torch
from tests.invert import runs, world

from ganatomy.errors import ConfigError, DataError, LayerNotFound, MissingExtra
from ganatomy.invert import session
from ganatomy.invert.files import inverted_photos
from ganatomy.invert.session import class_number, default_layer, invert_photos
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.planted import PlantedGenerator
from ganatomy.progress import SILENT
from ganatomy.runs.manifest import Manifest, Origin, TrainingData, write_manifest


class Told:
    """Keeps the lines that progress is told."""

    def __init__(self):
        self.lines = []
        self.task = SILENT.task

    def line(self, text):
        self.lines.append(text)


@pytest.fixture
def written(tmp_path):
    return runs.write_photos(tmp_path)


def test_every_photo_has_a_folder_with_figures_tensors_and_pictures(written):
    run, photos = written
    done = invert_photos(runs.config(run, photos), SILENT)
    assert inverted_photos(run) == ["invert/0001-0", "invert/0002-1"]
    assert [path.name for path in done.folders] == ["0001-0", "0002-1"]
    files = sorted(path.name for path in done.folders[0].iterdir())
    pictures = ["compare.png", "encoder.png", "features.png", "latent.png", "photo.png"]
    assert files == sorted([*pictures, "inversion.json", "inversion.safetensors"])
    record = json.loads((done.folders[1] / "inversion.json").read_text())
    assert (record["photo"], record["settings"]["layer"], record["num_real"]) == ("1.png", "layer2", 2)
    assert record["held_out"] == "training images, for want of others"
    assert [row["stage"] for row in record["stages"]] == ["encoder", "latent", "features"]
    assert record["verdict"] == done.records[1].verdict
    assert done.is_encoder_new
    assert done.reference is not None


def test_encoder_and_other_images_are_those_of_the_call_before(written):
    run, photos = written
    first = invert_photos(runs.config(run, photos[:1]), SILENT)
    again = invert_photos(runs.config(run, photos[:1]), SILENT)
    assert not again.is_encoder_new
    assert again.reference == first.reference
    assert torch.equal(again.inversion.z, first.inversion.z)
    assert torch.equal(again.inversion.found.featuremaps, first.inversion.found.featuremaps)
    assert [path.name for path in again.folders] == ["0002-0"]


def test_without_training_images_it_is_said_and_samples_stand_alone(written, tmp_path):
    run, photos = written
    told = Told()
    write_manifest(run, Manifest(Origin("imported"), "images", 32))
    done = invert_photos(runs.config(run, photos[:1]), told)
    assert any(
        "does not say what it was trained on: errors stand beside those of samples alone" in x for x in told.lines
    )
    assert (done.records[0].num_real, done.records[0].num_samples) == (0, 2)
    write_manifest(run, Manifest(Origin("grown"), "images", 32, TrainingData(str(tmp_path / "gone"), 32)))
    invert_photos(runs.config(run, photos[:1]), told)
    assert any(line.startswith("no training images to compare with: the images that") for line in told.lines)


def test_nothing_is_compared_with_where_nothing_is_asked_for(written):
    run, photos = written
    done = invert_photos(runs.config(run, photos[:1], held_out=0), SILENT)
    assert (done.reference, done.records[0].standing) == (None, ())
    assert not (run.path / "invert/references").exists()


def test_a_layer_of_directions_can_be_inverted_to(written):
    run, photos = written
    done = invert_photos(runs.config(run, photos[:1], layer="layer2-pca3", held_out=0), SILENT)
    assert done.inversion.found.featuremaps.shape == (1, 3, 8, 8)


def test_mistakes_are_told_before_the_encoder_is_trained(written):
    run, photos = written
    for more, error, said in (
        ({"layer": "layr2"}, LayerNotFound, "no layer 'layr2' in Generator"),
        ({"of_class": "tree"}, ConfigError, "class is 'tree', but the generator has no classes; leave it out"),
    ):
        with pytest.raises(error, match=said):
            invert_photos(runs.config(run, photos, **more), SILENT)
    with pytest.raises(DataError, match="no photo at"):
        invert_photos(runs.config(run, [run.path / "none.jpg"]), SILENT)
    assert not (run.path / "invert").exists()


def test_without_the_extra_the_way_without_is_said(written, monkeypatch):
    run, photos = written

    def missing(_):
        raise MissingExtra("install it")

    monkeypatch.setattr(session, "load_perceptual", missing)
    with pytest.raises(MissingExtra, match="install it; or leave it out, with --perceptual none"):
        invert_photos(runs.config(run, photos, perceptual="efficientnet"), SILENT)
    monkeypatch.setattr(session, "load_perceptual", lambda _: world.LOOKS)
    done = invert_photos(runs.config(run, photos[:1], perceptual="efficientnet", held_out=1), SILENT)
    assert done.records[0].settings.perceptual == "scales scales-1"
    assert done.records[0].stages[1].perceptual is not None


def test_the_first_layer_of_8x8_cells_is_taken():
    assert default_layer(Generator(GeneratorShape(32, (8, 6, 4), z_dim=4)).eval()) == "layer2"
    assert default_layer(PlantedGenerator().eval()) == "layer1"
    with pytest.raises(ConfigError, match="Generator names no layer of 8x8 cells; say which, with --layer"):
        default_layer(Generator(GeneratorShape(8, (8,), z_dim=4)).eval())


def test_a_class_is_given_by_name_or_number():
    generator = world.small_generator()
    generator.class_names = tuple(f"class {number}" for number in range(12))
    assert class_number(generator, None) is None
    assert class_number(generator, "class 3") == 3
    assert class_number(generator, "11") == 11
    with pytest.raises(ConfigError, match=r"class is '12'; the generator has class 0, .* and 2 more; give a name, or"):
        class_number(generator, "12")
