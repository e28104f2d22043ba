"""CLIPSeg by words: the logits of the library, a gradient it does not give, nothing where no word is probable."""

import json

import huggingface_hub
import pytest
import torch
from tests.segment.tiny_models import write_clipseg, write_model
from torch.nn.functional import interpolate
from transformers import AutoTokenizer, CLIPSegForImageSegmentation

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.networks.clipseg import load_clipseg
from ganatomy.segment.protocol import NOTHING, DifferentiableSegmenter

WORDS = ("tree", "a red door", "sky")


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_clipseg(tmp_path_factory.mktemp("models") / "clipseg")


@pytest.fixture
def images():
    return torch.rand(5, 3, 48, 40, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_gives_the_logits_that_the_library_gives_for_every_pair(folder, images):
    segmenter = load_clipseg(WORDS, str(folder))
    network = CLIPSegForImageSegmentation.from_pretrained(folder).eval()
    texts = AutoTokenizer.from_pretrained(folder)(list(WORDS), padding=True, return_tensors="pt")
    pixels = segmenter.network.preprocessing.prepare(images, (32, 32))
    with torch.no_grad():
        pairs = network(
            pixel_values=pixels.repeat_interleave(3, 0),
            input_ids=texts["input_ids"].repeat(5, 1),
            attention_mask=texts["attention_mask"].repeat(5, 1),
        )
    expected = interpolate(pairs.logits.view(5, 3, 32, 32), (48, 40), mode="bilinear", align_corners=False)
    assert expected.std() > 0.5
    torch.testing.assert_close(segmenter.network(images), expected, rtol=1e-4, atol=1e-4)
    for index, word in enumerate(WORDS):
        torch.testing.assert_close(segmenter.probability(images, word), expected[:, index].sigmoid(), rtol=0, atol=1e-4)


def test_a_pixel_shows_its_most_probable_word_or_nothing(folder, images):
    segmenter = load_clipseg(WORDS, str(folder))
    labels = segmenter.segment(images)
    best, index = torch.cat([segmenter.network(some) for some in images.split(4)]).max(1, keepdim=True)
    assert torch.equal(labels, torch.where(best.sigmoid() > 0.5, index, NOTHING))
    assert {NOTHING, 0} < set(labels.unique().tolist())


def test_is_a_segmenter_of_the_words(folder, images):
    segmenter = load_clipseg(WORDS, str(folder))
    assert isinstance(segmenter, DifferentiableSegmenter)
    assert (segmenter.name, segmenter.concepts, segmenter.categories) == ("clipseg", WORDS, ("object",) * 3)
    images.requires_grad_()
    segmenter.probability(images, "sky").sum().backward()
    assert all(gradient.abs().max() > 0 for gradient in images.grad)
    assert not any(weight.requires_grad for weight in segmenter.network.parameters())
    assert segmenter.segment(images[:1]).shape == (1, 1, 48, 40)


def test_words_do_not_bear_on_each_other(folder, images):
    """Short ones are padded to the longest."""
    alone, among = load_clipseg(("sky",), str(folder)), load_clipseg(WORDS, str(folder))
    torch.testing.assert_close(alone.probability(images, "sky"), among.probability(images, "sky"), rtol=0, atol=1e-4)


def test_the_fingerprint_tells_words_and_input_sizes_apart(folder):
    prints = [load_clipseg(words, str(folder), size).fingerprint for words in (WORDS, WORDS[:2]) for size in (None, 64)]
    assert len(set(prints)) == 4
    assert prints[0].startswith("clipseg-")
    assert prints[1].endswith("-input-64")


def test_the_input_size_is_a_multiple_of_the_patches(folder, images):
    assert load_clipseg(WORDS, str(folder), 40).segment(images).shape == (5, 1, 48, 40)
    with pytest.raises(ConfigError, match="input size 36 does not fit segmenter 'clipseg'; it takes multiples of 8, s"):
        load_clipseg(WORDS, str(folder), 36)


def test_texts_that_are_too_long_are_refused(folder):
    with pytest.raises(ConfigError, match=r"'a much too long phrase', has 20 tokens; CLIPSeg reads 12, so say it sho"):
        load_clipseg(("sky", "a much too long phrase"), str(folder))


def test_other_models_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="is of type 'segformer', not a CLIPSeg; see --segmenter hf:"):
        load_clipseg(WORDS, str(write_model(tmp_path, "segformer")))
    with pytest.raises(ConfigError, match="no model 'nobody/none': neither a folder"):
        load_clipseg(WORDS, "nobody/none")


def test_sizes_that_are_not_square_are_refused(tmp_path):
    folder = write_clipseg(tmp_path)
    settings = json.loads((folder / "preprocessor_config.json").read_text())
    for size, said in (({"height": 32, "width": 64}, r"\(32, 64\)"), ({"shortest_edge": 32}, "None")):
        (folder / "preprocessor_config.json").write_text(json.dumps({**settings, "size": size}))
        with pytest.raises(CheckpointError, match=f"wants images of the size {said}; a CLIPSeg sees squares"):
            load_clipseg(WORDS, str(folder))
