"""A segmenter's training as a whole: which pairs and batches it takes, and what it returns."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.data.pairs import CONCEPTS, write_pairs

from ganatomy.config.segmenter_train import SegmenterTrainConfig
from ganatomy.progress import SILENT
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.training import session


def test_what_was_trained_is_returned_with_its_figures_at_each_size(tmp_path: Path) -> None:
    out = tmp_path / "own.safetensors"
    config = SegmenterTrainConfig(write_pairs(tmp_path / "pairs", 10), out=out, image_size=(16, 32), batch_size=2)
    trained = session.train_segmenter(replace(config, steps=2, held_out=0.3), SILENT)
    assert (trained.weights, trained.steps, trained.num_trained_on, trained.num_held_out) == (out, 2, 7, 3)
    assert trained.concepts == CONCEPTS == load_segmenter("scenes", out).concepts
    assert list(trained.held_out) == [16, 32]
    assert sum(trained.held_out[32].share) == pytest.approx(1)
    reference = load_segmenter("trained", out).reference
    assert [(kind.name, kind.image_size, kind.areas.shape) for kind in reference] == [
        ("held-out images", 16, (3, len(CONCEPTS))),
        ("held-out images", 32, (3, len(CONCEPTS))),
    ]
    assert all(0 < confidence <= 1 for kind in reference for confidence in kind.confidence)


def test_sizes_take_turns_with_equally_many_pixels_a_batch(tmp_path: Path) -> None:
    config = SegmenterTrainConfig(write_pairs(tmp_path / "pairs", 4), image_size=(16, 32, 48), batch_size=8)
    pairs, held_out = session._pairs(config, SILENT)
    assert (len(pairs), len(held_out)) == (3, 1)
    shapes = [tuple(session._batches(config, pairs)(step)[0].shape) for step in range(4)]
    assert shapes == [(8, 3, 16, 16), (2, 3, 32, 32), (1, 3, 48, 48), (8, 3, 16, 16)]


def test_what_is_held_out_follows_from_the_seed_or_is_a_split(tmp_path: Path) -> None:
    config = SegmenterTrainConfig(write_pairs(tmp_path / "pairs", 20), held_out=0.25)
    pairs, held_out = session._pairs(config, SILENT)
    assert (len(pairs), len(held_out)) == (15, 5)
    assert set(pairs.names).isdisjoint(held_out.names)
    assert session._pairs(config, SILENT)[1].names == held_out.names
    other = SegmenterTrainConfig(tmp_path / "pairs", held_out=0.25, seed=1)
    assert session._pairs(other, SILENT)[1].names != held_out.names
    for split, n in (("train", 3), ("val", 2)):
        write_pairs(tmp_path / "splits", n, f"{split}/")
    config = SegmenterTrainConfig(tmp_path / "splits", held_out_split="val")
    pairs, held_out = session._pairs(config, SILENT)
    assert (len(pairs), len(held_out)) == (3, 2)


def test_without_a_stop_it_takes_so_many_steps_and_auto_asks_the_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    def recipe(**settings: Any) -> Any:
        return session._recipe(SegmenterTrainConfig(Path("pairs"), **settings))

    assert recipe().budget == session.Budget(session.DEFAULT_STEPS)
    assert recipe(minutes=2.0).budget == session.Budget(None, 2.0)
    assert recipe(steps=5, minutes=2.0).budget == session.Budget(5, 2.0)
    assert not recipe().bf16
    for known in (True, False):
        monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda including_emulation, known=known: known)
        assert recipe(device="cuda:1").bf16 is known
        assert not recipe(device="cuda", precision="fp32").bf16
    assert recipe(precision="bf16").bf16
