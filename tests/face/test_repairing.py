"""Repairs in Python: of a generator in memory, and of a run."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from tests.intervene.repair.planted import ARTIFACT, Colours, faultless, real_images
from tests.intervene.repair.runs import FAULTY, FEATURES, write_faulty

import ganatomy as ga
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.intervene.repair import session
from ganatomy.models.planted import PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real images of the planted world."""
    path = tmp_path_factory.mktemp("real")
    for index, pixels in enumerate(real_images(400).images):
        Image.fromarray(pixels).save(path / f"{index:03d}.png")
    return path


def repaired(folder, generator=None, **more):
    settings = {"num_images": 300, "top_images": 15, "segmenter": PlantedSegmenter(), "extractor": Colours()}
    return ga.repair(generator or PlantedGenerator().eval(), "layer1", folder, **(settings | more))


def test_a_generator_in_memory(folder):
    found = repaired(folder)
    assert (found.accepted, found.units, found.folder) == (True, (ARTIFACT,), None)
    z = torch.randn(50, PlantedGenerator.z_dim, generator=torch.Generator().manual_seed(4))
    with torch.no_grad():
        assert torch.equal(found.generator(z), faultless()(z))
    text = repr(found)
    assert text.startswith("layer1: accepted: 1 unit of layer1 off, baked")
    assert "1 unit, images of high activation" in text
    assert found.picture().height > 300
    assert found._repr_html_().count("data:image/jpeg") == 1


def test_its_page(folder, tmp_path):
    found = repaired(folder)
    page = ga.report(tmp_path / "repair.html", found)
    html = page.read_text(encoding="utf-8")
    assert "layer1 without 1 unit" in html
    assert "KD[colours] of random images goes from" in html
    found.source.layer2.read.weight.data.zero_()
    with pytest.raises(IncompatibleRun, match="the generator's weights have changed since"):
        ga.report(tmp_path / "again.html", found)


def test_nothing_found_gives_back_what_was_given(folder):
    generator = faultless()
    found = repaired(folder, generator)
    assert (found.accepted, found.units, found.generator, found.picture()) == (False, (), generator, None)
    assert "nothing to repair was found" in repr(found)
    assert "nearest" in repr(found)
    assert "data:image" not in found._repr_html_()


def test_a_page_of_nothing(folder, tmp_path):
    html = ga.report(tmp_path / "nothing.html", repaired(folder, faultless(), candidates=1)).read_text(encoding="utf-8")
    assert "was repaired: none of" in html
    assert "without 1 unit" not in html


def test_a_run(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "load_choice", lambda *_: PlantedSegmenter())
    run, real = write_faulty(tmp_path)
    found = ga.repair(
        run.path, data=real, units=[FAULTY], extractor=FEATURES, segmenter="scenes", num_images=120, top_images=8,
        random_sets=2, budget=2.0,
    )  # fmt: skip
    assert (found.units, found.folder) == ((FAULTY,), run.path / "repair" / "0001-layer2")
    z = torch.randn(30, 4, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.equal(ga.load(run.path, "repaired")(z), found.generator(z))
        assert not torch.equal(found.source(z), found.generator(z))


def test_mistakes(folder, tmp_path):
    with pytest.raises(ConfigError, match=r"does not say what it was trained on; give data='photos\.zip'"):
        repaired(None)
    with pytest.raises(ConfigError, match="has no dissection; give segmenter='scenes' or another"):
        repaired(folder, segmenter=None)
    with pytest.raises(ConfigError, match="a run is repaired by names"):
        ga.repair(tmp_path, data=folder, extractor=Colours())
    with pytest.raises(ConfigError, match="value is 'off'; give zero, low-quantile, mean or a number"):
        repaired(folder, value="off")
