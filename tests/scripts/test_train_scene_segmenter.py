"""The training of the packaged segmenter, cut short."""

import hashlib
import json
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from ganatomy.data.scenes import CONCEPTS
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.networks.scenes import PACKAGED_WEIGHTS
from scripts import train_scene_segmenter as script


def test_two_batches_of_64_px_take_turns_with_one_of_128() -> None:
    batch = script.rendered(0)
    shapes = [tuple(batch(step)[0].shape) for step in range(4)]
    assert shapes == [(16, 3, 64, 64), (16, 3, 64, 64), (4, 3, 128, 128), (16, 3, 64, 64)]
    images, masks = batch(2)
    assert masks.shape == (4, 128, 128)
    assert torch.equal(images, batch(2)[0])
    assert not torch.equal(images, script.rendered(1)(2)[0])


def test_half_of_the_batches_are_of_the_default_table_and_a_quarter_each_of_houses_and_streets() -> None:
    batch, road, roof = script.rendered(0), CONCEPTS.index("road"), CONCEPTS.index("roof")
    houses, streets = (torch.stack([batch(step)[1] for step in steps]) for steps in ((3, 4), (9, 10)))
    assert (houses == roof).float().mean() > 0.05
    assert (streets == road).float().mean() > 0.1
    assert (streets == roof).float().mean() < 0.05


def test_it_writes_weights_and_figures_elsewhere_and_keeps_a_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    packaged = hashlib.sha256(PACKAGED_WEIGHTS.read_bytes()).digest()
    out, state = tmp_path / "net.safetensors", tmp_path / "state.safetensors"
    words = ["--steps", "1", "--held-out-images", "3", "--out", str(out), "--state", str(state)]
    monkeypatch.setattr(sys, "argv", ["train_scene_segmenter.py", *words])
    script.main()
    figures = json.loads(capsys.readouterr().out)
    measured = {
        f"{table}_{how}_{size}"
        for table in ("scenes", "houses", "streets")
        for how in ("clean", "damaged")
        for size in (64, 128)
    }
    assert set(figures) == {"held_out_images", "held_out_seed", *measured}
    assert set(figures["houses_clean_64"]["iou"]) == set(CONCEPTS)
    assert figures["houses_clean_64"]["share"]["roof"] > figures["scenes_clean_64"]["share"]["roof"]
    assert load_segmenter("scenes", out).concepts == tuple(CONCEPTS)
    first = load_file(out)
    assert state.exists()
    script.main()
    assert all(torch.equal(value, first[name]) for name, value in load_file(out).items()), "nothing was left to train"
    assert hashlib.sha256(PACKAGED_WEIGHTS.read_bytes()).digest() == packaged
