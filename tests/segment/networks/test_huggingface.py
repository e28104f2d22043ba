"""Networks of the library give the labels and probabilities that follow from their outputs, at the image's size."""

import json
import shutil
import subprocess
import sys

import huggingface_hub
import pytest
import torch
from safetensors.torch import load_file, save_file
from tests.segment.tiny_models import CONCEPTS, OF_LOGITS, OF_MASKS, write_model
from torch.nn.functional import interpolate
from transformers import (
    AutoModelForSemanticSegmentation,
    AutoModelForUniversalSegmentation,
    BertConfig,
    CLIPSegConfig,
    SegformerConfig,
    SegformerModel,
)
from transformers.models.mask2former.image_processing_pil_mask2former import Mask2FormerImageProcessorPil

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.networks.huggingface import load_huggingface
from ganatomy.segment.protocol import DifferentiableSegmenter

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)

# "the task is semantic" by the tokenizer of letters: 0 begins, a to z are 1 to 26, at the end of a word 27 to 52.
TASK = [0, 20, 8, 31, 20, 1, 19, 37, 9, 45, 19, 5, 13, 1, 14, 20, 9, 29, 53, 0, 0, 0, 0, 0]


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    return {kind: write_model(root / kind, kind) for kind in [*OF_LOGITS, *OF_MASKS]}


@pytest.fixture
def images():
    return torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(1)) * 2 - 1


def outputs(kind, folder, images):
    """Return what the network gives, loaded by itself and fed without any of the package."""
    auto = AutoModelForSemanticSegmentation if kind in OF_LOGITS else AutoModelForUniversalSegmentation
    told = {"task_inputs": torch.tensor([TASK] * len(images))} if kind == "oneformer" else {}
    with torch.no_grad():
        return auto.from_pretrained(folder).eval()(pixel_values=((images + 1) / 2 - MEAN) / DEVIATION, **told)


@pytest.mark.parametrize("kind", OF_LOGITS)
def test_logits_become_shares_of_the_softmax(folders, images, kind):
    segmenter = load_huggingface(str(folders[kind]), None)
    logits = outputs(kind, folders[kind], images).logits
    expected = interpolate(logits, (64, 64), mode="bilinear").softmax(1)
    for index, concept in enumerate(CONCEPTS):
        torch.testing.assert_close(segmenter.probability(images, concept), expected[:, index], rtol=1e-4, atol=1e-6)
    assert torch.equal(segmenter.segment(images), expected.argmax(1, keepdim=True))
    assert len(segmenter.segment(images).unique()) > 2


@pytest.mark.parametrize("kind", OF_MASKS)
def test_masks_are_added_up_by_their_concepts(folders, images, kind):
    """As the equation says, query by query and concept by concept."""
    segmenter = load_huggingface(str(folders[kind]), None)
    given = outputs(kind, folders[kind], images)
    masks = interpolate(given.masks_queries_logits.double(), (64, 64), mode="bilinear")
    expected = torch.zeros(3, len(CONCEPTS), 64, 64, dtype=torch.float64)
    for image in range(3):
        for logits, mask in zip(given.class_queries_logits[image].double(), masks[image], strict=True):
            for concept in range(len(CONCEPTS)):
                expected[image, concept] += logits.exp()[concept] / logits.exp().sum() / (1 + (-mask).exp())
    expected /= expected.sum(1, keepdim=True).clamp(min=1)
    shares = torch.stack([segmenter.probability(images, concept) for concept in CONCEPTS], 1)
    torch.testing.assert_close(shares.double(), expected, rtol=0, atol=1e-4)
    assert shares.sum(1).max() < 1 + 1e-5
    assert torch.equal(segmenter.segment(images), shares.argmax(1, keepdim=True))


def test_masks_give_the_labels_of_the_library(folders, images):
    """But for pixels at the edges of masks, which the library resizes twice."""
    given = outputs("mask2former", folders["mask2former"], images)
    theirs = Mask2FormerImageProcessorPil().post_process_semantic_segmentation(given, [(64, 64)] * 3)
    ours = load_huggingface(str(folders["mask2former"]), None).segment(images)
    assert (torch.stack(theirs)[:, None] == ours).double().mean() > 0.98


def test_overlapping_masks_leave_probabilities(folders, images):
    network = load_huggingface(str(folders["mask2former"]), None).network

    class Certain(torch.nn.Module):
        """Two queries, both everywhere and sure of the first concept; a third, half as sure of the second."""

        def forward(self, pixel_values):
            self.class_queries_logits = torch.tensor([[50.0, 0, 0], [50, 0, 0], [0, 50, 50]]).expand(3, 3, 3)
            self.masks_queries_logits = torch.full((3, 3, 16, 16), 50.0)
            return self

    network.network = Certain()
    shares = network(images)
    assert shares.shape == (3, 2, 64, 64)
    torch.testing.assert_close(shares[:, 0], torch.full((3, 64, 64), 0.8))  # 2 of 2 + 1/2
    torch.testing.assert_close(shares[:, 1], torch.full((3, 64, 64), 0.2))


@pytest.mark.parametrize("kind", [*OF_LOGITS, *OF_MASKS])
def test_is_a_segmenter_of_images_of_any_size(folders, kind):
    segmenter = load_huggingface(str(folders[kind]), 96)
    assert isinstance(segmenter, DifferentiableSegmenter)
    assert segmenter.name == f"hf:{folders[kind]}"
    assert segmenter.concepts == CONCEPTS
    assert segmenter.categories == ("object",) * 4 + ("other",)
    images = (torch.rand(5, 3, 40, 60, generator=torch.Generator().manual_seed(2)) * 2 - 1).requires_grad_()
    labels = segmenter.segment(images)
    assert labels.shape == (5, 1, 40, 60)
    assert labels.dtype == torch.int64
    probability = segmenter.probability(images, "tree")
    assert probability.shape == (5, 40, 60)
    assert probability.dtype == torch.float32
    probability.sum().backward()
    assert all(gradient.abs().max() > 0 for gradient in images.grad)
    assert not any(weight.requires_grad for weight in segmenter.network.parameters())
    assert segmenter.segment(images[:0]).shape == (0, 1, 40, 60)


def test_the_input_size_decides_what_the_network_sees(folders):
    segmenter = load_huggingface(str(folders["segformer"]), 96)
    seen = []
    segmenter.network.network.register_forward_pre_hook(
        lambda module, args, given: seen.append(tuple(given["pixel_values"].shape)), with_kwargs=True
    )
    segmenter.segment(torch.zeros(5, 3, 30, 60))
    assert seen == [(4, 3, 64, 96), (1, 3, 64, 96)]  # 48 rows would be in proportion; 32 divides 64
    with pytest.raises(ConfigError, match=r"input size 100 does not fit segmenter 'hf:x'; .* 32, such as 96"):
        load_huggingface("x", 100)


def test_the_fingerprint_tells_networks_and_input_sizes_apart(folders, tmp_path):
    sources = [str(folders["segformer"]), str(folders["upernet"])]
    prints = [load_huggingface(source, size).fingerprint for source in sources for size in (None, 96)]
    assert len(set(prints)) == 4
    same = load_huggingface(str(write_model(tmp_path / "copy", "segformer")), 96)
    assert same.fingerprint == prints[1]
    wider = load_huggingface(str(write_model(tmp_path / "wider", "segformer", {"height": 96, "width": 96})), None)
    assert wider.fingerprint not in prints


def test_a_mere_backbone_is_refused(tmp_path):
    sizes = {"hidden_sizes": [8, 8, 16, 16], "num_attention_heads": [1, 1, 2, 2], "decoder_hidden_size": 16}
    SegformerModel(SegformerConfig(depths=[1] * 4, **sizes)).save_pretrained(tmp_path)
    with pytest.raises(
        CheckpointError,
        match=r"lacks weights of SegformerForSemanticSegmentation: decode_head\S+ and \d+ more; pass one that was",
    ):
        load_huggingface(str(tmp_path), None)


def test_networks_that_do_not_segment_are_refused(tmp_path):
    BertConfig().save_pretrained(tmp_path)
    with pytest.raises(ConfigError, match=r"of type 'bert', which does not segment; it can be beit, .*, upernet$"):
        load_huggingface(str(tmp_path), None)
    CLIPSegConfig().save_pretrained(tmp_path)
    with pytest.raises(ConfigError, match="is a CLIPSeg, which looks for words; pass --segmenter clipseg --segmenter-"):
        load_huggingface(str(tmp_path), None)


def test_what_is_not_there_is_told_without_a_network(tmp_path):
    with pytest.raises(ConfigError, match=r"no model 'nobody/such-a-model': neither a folder .* pass the folder"):
        load_huggingface("nobody/such-a-model", None)
    for source in (str(tmp_path / "gone"), "./gone", "~/gone", "models/of/mine"):
        with pytest.raises(
            ConfigError, match=f"^no folder '{source}'; give the folder that holds a model's config.json"
        ):
            load_huggingface(source, None)


def test_a_folder_at_home_is_found(folders, monkeypatch):
    monkeypatch.setenv("HOME", str(folders["segformer"].parent))
    segmenter = load_huggingface("~/segformer", None)
    assert (segmenter.name, segmenter.concepts) == ("hf:~/segformer", CONCEPTS)


def test_files_that_are_missing_or_broken_are_told(folders, tmp_path):
    (tmp_path / "config.json").write_text((folders["segformer"] / "config.json").read_text())
    with pytest.raises(ConfigError, match=r"no model .* no file named model.safetensors"):
        load_huggingface(str(tmp_path), None)
    (tmp_path / "model.safetensors").write_text("no weights")
    with pytest.raises(CheckpointError, match=r"cannot read model .* \(SafetensorError: .*\); fetch it again"):
        load_huggingface(str(tmp_path), None)
    (tmp_path / "model.safetensors").write_bytes((folders["segformer"] / "model.safetensors").read_bytes())
    with pytest.raises(
        CheckpointError, match=r"^model .* has no preprocessor_config.json, so that it is not known how"
    ):
        load_huggingface(str(tmp_path), None)


def test_a_oneformer_without_its_tokenizer_is_refused(tmp_path):
    folder = write_model(tmp_path, "oneformer")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(CheckpointError, match="without a tokenizer that knows 'the task is semantic'; fetch it whole"):
        load_huggingface(str(folder), None)


def test_a_oneformer_is_told_its_task(folders):
    segmenter = load_huggingface(str(folders["oneformer"]), None)
    assert segmenter.network.task.tolist() == [TASK]


def test_neither_the_library_nor_torchvision_is_imported_unasked(folders):
    name = f"hf:{folders['segformer']}"
    code = (
        "import sys; from ganatomy.segment.load import load_segmenter; print('transformers' in sys.modules);"
        f"load_segmenter({name!r}); print('transformers' in sys.modules);"
        "print('torchvision' in sys.modules or 'timm' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "False"]


def test_a_published_vocabulary_keeps_its_order(tmp_path):
    folder = write_model(tmp_path, "segformer")
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = dict(reversed(config["id2label"].items()))
    (folder / "config.json").write_text(json.dumps(config))
    assert load_huggingface(str(folder), None).concepts == CONCEPTS


def relabelled(folder, to, names):
    """Copy a model with other numbers and names of its outputs."""
    shutil.copytree(folder, to)
    settings = json.loads((to / "config.json").read_text())
    settings["id2label"] = names
    (to / "config.json").write_text(json.dumps(settings))
    return str(to)


def test_labels_that_are_counted_from_1_are_those_of_the_outputs_in_their_order(folders, tmp_path, images):
    names = {str(number): name for number, name in enumerate(CONCEPTS, 1)}
    segmenter = load_huggingface(relabelled(folders["segformer"], tmp_path / "from-1", names), None)
    assert segmenter.concepts == CONCEPTS
    assert torch.equal(segmenter.segment(images), load_huggingface(str(folders["segformer"]), None).segment(images))


def test_labels_with_numbers_left_out_are_refused(folders, tmp_path):
    names = dict(zip("01359", CONCEPTS, strict=True))
    with pytest.raises(
        CheckpointError, match=r"^id2label of model .* has the numbers 0, 1, 3, 5, 9; they have to be 0 to 4"
    ):
        load_huggingface(relabelled(folders["segformer"], tmp_path / "gaps", names), None)


def changed_weights(folder, to, change):
    """Copy a model with other weights."""
    shutil.copytree(folder, to)
    weights = change(load_file(to / "model.safetensors"))
    save_file(weights, to / "model.safetensors", {"format": "pt"})
    return str(to)


@pytest.mark.parametrize("kind", ["segformer", "mask2former"])
def test_weights_of_several_devices_are_read_without_their_prefix(folders, tmp_path, images, kind):
    source = changed_weights(
        folders[kind], tmp_path / kind, lambda w: {f"module.{name}": one for name, one in w.items()}
    )
    own = load_huggingface(str(folders[kind]), None)
    assert torch.equal(load_huggingface(source, None).segment(images), own.segment(images))


def test_weights_of_several_devices_are_read_from_a_file_of_torch_too(folders, tmp_path, images):
    shutil.copytree(folders["segformer"], tmp_path / "bin")
    weights = load_file(tmp_path / "bin" / "model.safetensors")
    (tmp_path / "bin" / "model.safetensors").unlink()
    torch.save({f"module.{name}": one for name, one in weights.items()}, tmp_path / "bin" / "pytorch_model.bin")
    own = load_huggingface(str(folders["segformer"]), None)
    assert torch.equal(load_huggingface(str(tmp_path / "bin"), None).segment(images), own.segment(images))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(folders, tmp_path, value):
    def spoil(weights):
        name = sorted(weights)[0]
        return {**weights, name: torch.full_like(weights[name], value)}

    source = changed_weights(folders["segformer"], tmp_path / "spoilt", spoil)
    with pytest.raises(CheckpointError, match=r"^model .*spoilt' has NaN or infinity in decode_head\S+; its training"):
        load_huggingface(source, None)
