"""A segmenter's training as a whole: which pairs and batches it takes, and what it returns."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.data.pairs import CONCEPTS, png, scene, write, write_pairs

from ganatomy.config.segmenter_train import SegmenterTrainConfig
from ganatomy.errors import DataError
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


def masks_of(root: Path, masks: list[np.ndarray], names: str = "rest\nhouse") -> Path:
    for index, mask in enumerate(masks):
        files = {f"images/{index}.png": png(scene(index)[0], "RGB"), f"masks/{index}.png": png(mask)}
        write(root, files)
    return write(root, {"concepts.txt": names.encode()})


def test_binary_masks_of_0_and_255_are_trained_on_as_two_classes(tmp_path: Path) -> None:
    root = masks_of(tmp_path / "pairs", [(scene(i)[1] == 2).astype(np.uint8) * 255 for i in range(6)])
    config = SegmenterTrainConfig(root, out=tmp_path / "own.safetensors", image_size=(16,), batch_size=2, steps=1)
    trained = session.train_segmenter(config, SILENT)
    assert trained.concepts == ("rest", "house")
    assert 0.02 < trained.held_out[16].share[1] < 0.5


@pytest.mark.parametrize(
    ("values", "names", "void", "message"),
    [
        (255, "rest\nhouse", (255,), "^the 3 masks to train on show no concept at all, all else in them is void; at"),
        (0, "rest\nhouse", (), "^the 3 masks to train on show 'rest' alone, all else in them is void; at least 2"),
    ],
)
def test_masks_with_nothing_to_learn_stop(
    tmp_path: Path, values: int, names: str, void: tuple[int, ...], message: str
) -> None:
    root = masks_of(tmp_path / "pairs", [np.full((24, 30), values, np.uint8)] * 4, names)
    with pytest.raises(DataError, match=message):
        session.train_segmenter(SegmenterTrainConfig(root, out=tmp_path / "own.safetensors", void=void), SILENT)


def test_masks_held_out_with_nothing_to_measure_stop(tmp_path: Path) -> None:
    seen = np.array([[0, 1] * 15] * 24, np.uint8)
    for split, mask in (("train", seen), ("val", np.full((24, 30), 255, np.uint8))):
        masks_of(tmp_path / "pairs" / split, [mask] * 2, "rest\nhouse")
    config = SegmenterTrainConfig(tmp_path / "pairs", held_out_split="val", out=tmp_path / "own.safetensors")
    with pytest.raises(
        DataError, match=r"^the 2 masks held out are all void, so nothing can be measured on them; hold"
    ):
        session.train_segmenter(config, SILENT)


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
