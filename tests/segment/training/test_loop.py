"""The training of segmenters: its loss by hand, and that it learns, resumes, stops and writes."""

import json
import math
import os
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.data.pairs import CONCEPTS, scene
from torch import Tensor
from torch.nn.functional import cross_entropy

from ganatomy.data.crops import central_squares, random_crops
from ganatomy.data.masks import MaskedImages
from ganatomy.errors import CheckpointError, DivergedTraining, IncompatibleRun
from ganatomy.runs.state import load_state, save_state
from ganatomy.seeds import stream
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.networks.scenes import fold_normalisation
from ganatomy.segment.training import loop as module
from ganatomy.segment.training.held_out import measure_held_out
from ganatomy.segment.training.loop import (
    Recipe,
    Snapshot,
    Training,
    advance,
    resume,
    segmentation_loss,
    soft_jaccard_loss,
    start,
    train,
    write_segmenter,
)
from ganatomy.segment.training.schedule import Budget


def pairs(seeds: range) -> MaskedImages:
    scenes = [scene(seed) for seed in seeds]
    masks = tuple(mask.astype(np.int16) for _, mask in scenes)
    return MaskedImages(tuple(image for image, _ in scenes), masks, CONCEPTS, tuple(map(str, seeds)))


def batch(step: int) -> tuple[Tensor, Tensor]:
    return random_crops(pairs(range(12)), 4, 16, stream(0, f"step {step}"))


def same(one: Training, other: Training) -> bool:
    """Return whether two trainings are equal to the last bit, moments included."""
    ours, theirs = one.network.state_dict(), other.network.state_dict()
    moments = [training.optimizer.state_dict()["state"] for training in (one, other)]
    return (
        all(torch.equal(value, theirs[name]) for name, value in ours.items())
        and all(torch.equal(v, moments[1][i][name]) for i, of in moments[0].items() for name, v in of.items())
        and one.step == other.step
    )


def test_soft_jaccard_by_hand() -> None:
    """Two pixels: 0 with probability 3/4 of 0, 1 with 1/2 of 1. IoU of 0: .75 / 1.5, of 1: .5 / 1.25; 2 is absent."""
    probability = torch.tensor([[0.75, 0.5], [0.25, 0.5], [1e-30, 1e-30]])
    logits, masks = probability.log().view(1, 3, 1, 2), torch.tensor([[[0, 1]]])
    expected = 1 - (0.75 / 1.5 + 0.5 / 1.25) / 2
    assert soft_jaccard_loss(logits, masks).item() == pytest.approx(expected)
    cross = -(math.log(0.75) + math.log(0.5)) / 2
    assert segmentation_loss(logits, masks).item() == pytest.approx(expected + cross)


def test_void_pixels_count_for_nothing() -> None:
    rng = torch.Generator().manual_seed(0)
    logits, masks = torch.randn(1, 3, 2, 4, generator=rng), torch.tensor([[[0, 1, -1, -1], [2, 1, -1, -1]]])
    known = segmentation_loss(logits[..., :2], masks[..., :2])
    torch.testing.assert_close(segmentation_loss(logits, masks), known)
    assert segmentation_loss(logits[..., :2], masks[..., :2]).item() == pytest.approx(
        (cross_entropy(logits[..., :2], masks[..., :2]) + soft_jaccard_loss(logits[..., :2], masks[..., :2])).item()
    )


def test_a_batch_of_which_nothing_is_known_moves_nothing() -> None:
    logits = torch.randn(1, 3, 4, 4, generator=torch.Generator().manual_seed(0)).requires_grad_()
    loss = segmentation_loss(logits, torch.full((1, 4, 4), -1))
    loss.backward()
    assert loss.item() == 0
    assert (logits.grad == 0).all()


def test_training_lowers_the_loss_and_beats_the_trivial_answer(tmp_path: Path) -> None:
    recipe = Recipe(Budget(60))
    training, losses = start(len(CONCEPTS), recipe, seed=0), []
    while training.step < 60:
        losses.append(advance(training, *batch(training.step), recipe))
    assert np.mean(losses[-10:]) < 0.4 * np.mean(losses[:3])
    fold_normalisation(training.network)
    write_segmenter(training.network, tmp_path / "net.safetensors", {"concepts": CONCEPTS})
    segmenter = load_segmenter("scenes", tmp_path / "net.safetensors")
    figures = measure_held_out(segmenter, [central_squares(pairs(range(50, 58)), 16)])
    assert figures.accuracy > max(0.9, figures.trivial_accuracy + 0.2)
    assert figures.mean_iou > max(0.6, 2 * figures.trivial_mean_iou)


@pytest.mark.parametrize("bf16", [False, True])
def test_a_training_that_was_stopped_goes_on_to_the_same_bits(
    tmp_path: Path, bf16: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAVE_EVERY", 2)
    recipe = Recipe(Budget(5), bf16=bf16)
    whole = start(3, recipe, seed=0)
    train(whole, batch, recipe)
    assert whole.step == 5

    def stopping(step: int) -> tuple[Tensor, Tensor]:
        if step == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return batch(step)

    snapshot = Snapshot(tmp_path / "kept.safetensors", {"data": ["a", 1]})
    with pytest.raises(KeyboardInterrupt):
        train(start(3, recipe, seed=0), stopping, recipe, snapshot)
    parted = start(3, recipe, seed=1)
    resume(parted, snapshot)
    assert parted.step == 3, "the step at hand was finished"
    assert parted.seconds > 0
    train(parted, batch, recipe, snapshot)
    assert same(parted, whole)
    finished = start(3, recipe, seed=1)
    resume(finished, snapshot)
    assert same(finished, whole), "the end is saved too"


def test_a_killed_training_goes_on_from_its_last_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAVE_EVERY", 2)

    def broken(step: int) -> tuple[Tensor, Tensor]:
        if step == 3:
            raise MemoryError
        return batch(step)

    recipe, snapshot = Recipe(Budget(8)), Snapshot(tmp_path / "kept.safetensors", {})
    with pytest.raises(MemoryError):
        train(start(3, recipe, seed=0), broken, recipe, snapshot)
    assert load_state(snapshot.path)["step"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["kept.safetensors"]


def test_the_clock_stops_a_training_and_earlier_sittings_count() -> None:
    recipe = Recipe(Budget(minutes=1))
    training = start(3, recipe, seed=0)
    training.seconds = 59.9999
    train(training, batch, recipe)
    assert training.step == 1
    train(training, batch, recipe)
    assert training.step == 1, "nothing is left of the budget"


def test_the_first_weights_follow_from_the_seed_alone() -> None:
    recipe = Recipe(Budget(1))
    first = start(3, recipe, seed=5)
    before = torch.get_rng_state()
    second = start(3, recipe, seed=5)
    assert same(first, second)
    assert not same(first, start(3, recipe, seed=6))
    assert torch.equal(torch.get_rng_state(), before), "torch's own numbers are left alone"


def test_a_loss_that_is_no_number_stops_before_it_spoils_the_weights() -> None:
    recipe = Recipe(Budget(8), learning_rate=0.5)
    training, untouched = start(3, recipe, seed=0), start(3, recipe, seed=0)
    images, masks = batch(0)
    with pytest.raises(
        DivergedTraining, match=r"step 1: the loss is nan; start anew with a lower learning rate than 0\.5, or"
    ):
        advance(training, images * math.nan, masks, recipe)
    assert training.step == 0
    parameters = zip(training.network.parameters(), untouched.network.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in parameters)


def test_a_training_does_not_go_on_with_other_data_or_settings(tmp_path: Path) -> None:
    recipe, path = Recipe(Budget(1)), tmp_path / "kept.safetensors"
    training = start(3, recipe, seed=0)
    with pytest.raises(CheckpointError, match="no snapshot at"):
        resume(training, Snapshot(path, {}))
    train(training, batch, recipe, Snapshot(path, {"seed": 0, "sizes": (64, 128), "split": None}))
    resume(training, Snapshot(path, {"seed": 0, "sizes": (64, 128), "split": None}))
    message = r"cannot go on with others: seed was 0, asked is 1; split was None, asked is 'all'; give them as before"
    with pytest.raises(IncompatibleRun, match=message):
        resume(training, Snapshot(path, {"seed": 1, "sizes": (64, 128), "split": "all"}))
    save_state(path, {"generation": 3})
    with pytest.raises(IncompatibleRun, match=r"kept.safetensors is no snapshot of a segmenter's training"):
        resume(training, Snapshot(path, {}))


def test_weights_are_written_as_float16_with_what_is_known_of_them(tmp_path: Path) -> None:
    network = start(3, Recipe(Budget(1)), seed=0).network
    fold_normalisation(network)
    path = tmp_path / "deep" / "net.safetensors"
    write_segmenter(network, path, {"concepts": CONCEPTS, "image_sizes": (64,)})
    assert load_segmenter("scenes", path).concepts == CONCEPTS
    header = path.read_bytes()
    metadata = json.loads(header[8 : 8 + int.from_bytes(header[:8], "little")])
    assert metadata["__metadata__"] == {"concepts": json.dumps(CONCEPTS), "image_sizes": "[64]"}
    assert {value["dtype"] for name, value in metadata.items() if name != "__metadata__"} == {"F16"}
