"""The scenes' segmenter as a network: shapes, folding, loading, and how well the packaged weights segment."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from scripts.train_scene_segmenter import IMAGE_SIZES, measured
from torch import Tensor, nn

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.hooks import record
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.networks.scenes import CHUNK, WIDTHS, SceneNet, fold_normalisation, load_scenes

CONCEPTS = ("sky", "tree", "sea")


def network(concepts: int = len(CONCEPTS), normalised: bool = False) -> SceneNet:
    torch.manual_seed(0)
    return SceneNet(concepts, normalised=normalised)


def trained() -> SceneNet:
    """Return a network whose normalisations have statistics, gains and offsets that are not the identity's."""
    net = network(normalised=True)
    rng = torch.Generator().manual_seed(1)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.3, generator=rng)
            module.running_var.uniform_(0.5, 2, generator=rng)
            module.weight.data.uniform_(0.5, 1.5, generator=rng)
            module.bias.data.normal_(0, 0.3, generator=rng)
    return net.eval()


def written(path: Path, net: nn.Module, concepts: object = CONCEPTS) -> Path:
    save_file(net.state_dict(), path, {"concepts": json.dumps(concepts)})
    return path


@pytest.mark.parametrize(("concepts", "height", "width"), [(1, 16, 16), (3, 32, 64), (13, 64, 64), (2, 35, 50)])
def test_every_pixel_has_a_logit_for_each_concept(concepts: int, height: int, width: int) -> None:
    with torch.no_grad():
        logits = network(concepts)(torch.zeros(2, 3, height, width))
    assert logits.shape == (2, concepts, height, width)


def test_each_scale_has_its_width_and_its_skip_is_added_to_the_one_below() -> None:
    net = network()
    layers = [f"{part}.{scale}" for part in ("down", "up", "narrow") for scale in range(len(WIDTHS) - 1)]
    into: dict[int, Tensor] = {}
    for scale, block in enumerate(net.up):
        block.register_forward_pre_hook(lambda _, inputs, scale=scale: into.update({scale: inputs[0]}))
    with torch.no_grad(), record(net, [*layers, f"down.{len(WIDTHS) - 1}"]) as seen:
        net(torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)))
    for scale, width in enumerate(WIDTHS):
        assert seen[f"down.{scale}"].shape == (1, width, 64 >> scale, 64 >> scale)
    for scale, x in into.items():
        size = (64 >> scale, 64 >> scale)
        below = nn.functional.interpolate(seen[f"narrow.{scale}"], size, mode="bilinear")
        torch.testing.assert_close(x, seen[f"down.{scale}"] + below)
        assert seen[f"up.{scale}"].shape == x.shape
    assert sorted(into) == list(range(len(WIDTHS) - 1))


def test_a_pixel_counts_most_nearby_and_a_little_far_away() -> None:
    """Three pixels at full size reach four on each side; only coarser scales reach twenty."""
    net = network().eval()
    images = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    changed = images.clone()
    changed[0, :, 20, 20] += 0.5
    with torch.no_grad():
        moved = (net(changed) - net(images)).abs().sum(1)[0]
    assert moved[16:25, 16:25].max() > moved[20, 40] > 0


def test_images_do_not_depend_on_those_beside_them() -> None:
    net = trained()
    images = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        # 1e-4: single precision, sums in another order
        torch.testing.assert_close(net(images)[1:2], net(images[1:2]), rtol=1e-4, atol=1e-4)


def test_folding_leaves_the_output_unchanged_and_no_normalisation() -> None:
    net = trained()
    images = torch.rand(2, 3, 32, 48, generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.no_grad():
        before = net(images)
        fold_normalisation(net)
        after = net(images)
    # 1e-4 of logits of the order of 1: single precision, sums in another order
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-4)
    assert before.std() > 0.01, "there is something to compare"
    assert not [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    assert net.state_dict().keys() == network().state_dict().keys(), "what `load_scenes` expects"


def test_folding_ends_training_and_a_second_time_changes_nothing() -> None:
    net = network(normalised=True).train()
    fold_normalisation(net)
    assert not net.training
    before = {name: value.clone() for name, value in net.state_dict().items()}
    fold_normalisation(net)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_a_segmenter_comes_back_from_its_file(tmp_path: Path) -> None:
    net = trained()
    fold_normalisation(net)
    segmenter = load_scenes(written(tmp_path / "net.safetensors", net))
    assert (segmenter.name, segmenter.concepts, segmenter.chunk) == ("scenes", CONCEPTS, CHUNK)
    images = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        # 1e-5: single precision; the loaded network works channels last
        found = torch.stack([segmenter.probability(images, concept) for concept in CONCEPTS], 1)
        torch.testing.assert_close(found, net(images).softmax(1), rtol=1e-4, atol=1e-5)
    assert not any(p.requires_grad for p in segmenter.network.parameters())


def test_the_fingerprint_is_that_of_the_weights(tmp_path: Path) -> None:
    one = load_scenes(written(tmp_path / "one.safetensors", network()))
    again = load_scenes(written(tmp_path / "again.safetensors", network()))
    other = load_scenes(written(tmp_path / "other.safetensors", network(), ("sky", "tree", "lake")))
    assert one.fingerprint == again.fingerprint != other.fingerprint
    assert one.fingerprint.startswith("scenes-")
    assert one.fingerprint.endswith("-input-own")


def test_what_is_no_file_of_the_segmenter_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no weights at .*nowhere; pass the path of a safetensors file"):
        load_scenes(tmp_path / "nowhere")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(CheckpointError, match=r"text is not a safetensors file \(.*\); pass the original"):
        load_scenes(tmp_path / "text")
    with pytest.raises(
        CheckpointError, match="holds no concept names; its metadata needs a JSON list under 'concepts'"
    ):
        load_scenes(written(tmp_path / "names", network(), 3))


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (network(concepts=2), r"logits.weight has shape \(2, \d+, 1, 1\) instead of \(3, \d+, 1, 1\) and 1 more"),
        (network(normalised=True), r"down.0.0.norm.bias is not part of it and \d+ more"),
        (nn.Linear(2, 2), r"down.0.0.convolution.weight is missing and \d+ more"),
    ],
)
def test_weights_of_another_network_are_told(tmp_path: Path, net: nn.Module, message: str) -> None:
    path = written(tmp_path / "net.safetensors", net)
    with pytest.raises(CheckpointError, match=rf"does not fit SceneNet: {message}; pass the weights of this segmenter"):
        load_scenes(path)


def test_widths_are_read_from_the_weights(tmp_path: Path) -> None:
    torch.manual_seed(0)
    wide = SceneNet(len(CONCEPTS), (32, 48, 64, 96, 128))
    segmenter = load_scenes(written(tmp_path / "wide.safetensors", wide))
    images = torch.rand(2, 3, 32, 32) * 2 - 1
    assert torch.equal(segmenter.segment(images)[:, 0], wide(images).argmax(1))


def test_packaged_weights_know_scenes_that_they_were_not_trained_on():
    """The mean over both sizes that scenes are rendered at: 64 px alone has .84, 128 px .89."""
    segmenter = load_segmenter("scenes", weights=None)
    iou = torch.tensor([measured(segmenter, size, 200).iou for size in IMAGE_SIZES])
    assert iou.isfinite().all(), "every concept is in the held-out scenes and known to the segmenter"
    assert iou.mean() > 0.85
    assert iou.min() > 0.5
