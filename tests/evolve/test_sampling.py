"""Grids of samples: fewer of large images, at every size an image."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganatomy.config.evolve import IMAGE_SIZES, EvolveConfig
from ganatomy.config.jsonable import to_json
from ganatomy.data.grids import GAP
from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_uint8
from ganatomy.data.points import Mixture
from ganatomy.evolve import sampling
from ganatomy.evolve.generation import Generation
from ganatomy.evolve.sampling import num_samples, write_children, write_samples
from ganatomy.evolve.state import TrainingState, start
from ganatomy.evolve.train import advance, generation_settings
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.directory import create_run
from ganatomy.runs.files import read_json
from ganatomy.seeds import stream


def test_grids_hold_whole_rows_and_few_megabytes() -> None:
    assert [num_samples(size) for size in IMAGE_SIZES] == [48, 48, 48, 24, 8]


@pytest.mark.parametrize("size", [256, 512])
@pytest.mark.parametrize("kind", ["light", "resnet", "progan"])
def test_large_images_train_and_are_sampled(kind: str, size: int, tmp_path: Path) -> None:
    grown = {"start_size": size} if kind == "progan" else {}
    width = {} if kind == "resnet" else {"width": 0.05}
    config = EvolveConfig.of(
        image_size=size, generator=kind, discriminator=kind, batch_size=2, objectives=("heuristic",), **width, **grown
    )
    pixels = np.random.default_rng(0).integers(0, 256, (2, size, size, 3), dtype=np.uint8)
    state = start(config, ImageSet(pixels, (), np.full(2, -1)))
    generation, _ = advance(config, generation_settings(config), state)
    assert state.is_finite
    run = create_run(tmp_path, "a", to_json(config))
    write_samples(run, config, state)
    (entry,) = read_json(run.path / "samples" / "index.json")
    with Image.open(run.path / "samples" / entry["file"]) as sheet:
        assert sheet.size == (8 * (size + GAP) - GAP, num_samples(size) // 8 * (size + GAP) - GAP)
    write_children(run, config, state, generation.children)
    with Image.open(run.path / "samples" / "children.png") as sheet:
        assert sheet.size == (8 * size, size)
    told = read_json(run.path / "samples" / "children.json")
    assert told == {"generation": 1, "rows": 1, "columns": 8, "size": size}


def grown(config: EvolveConfig, size: int) -> tuple[TrainingState, Generation]:
    """Return the state after one generation on images of noise, and that generation."""
    pixels = np.random.default_rng(0).integers(0, 256, (4, size, size, 3), dtype=np.uint8)
    state = start(config, ImageSet(pixels, (), np.full(4, -1)))
    return state, advance(config, generation_settings(config), state)[0]


def test_every_child_has_a_row_of_the_same_latents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = EvolveConfig.of(image_size=32, discriminator="light", width=0.05, batch_size=4)
    state, generation = grown(config, 32)
    run = create_run(tmp_path, "a", to_json(config))
    modes = [child.individual.generator.training for child in generation.children]
    write_children(run, config, state, generation.children)
    assert [child.individual.generator.training for child in generation.children] == modes
    sheet = np.asarray(Image.open(run.path / "samples" / "children.png"))
    z = sample_latents(state.ema, 8, stream(config.seed, "samples"))
    assert len(sheet) == 32 * len(generation.children) == 32 * 3
    for row, child in enumerate(generation.children):
        with torch.no_grad():
            images = to_uint8(child.individual.generator.eval()(z)).numpy()
        assert np.array_equal(sheet[32 * row : 32 * (row + 1)], np.concatenate([*images], axis=1))
    monkeypatch.setattr(sampling, "MOST_CHILDREN", 2)
    write_children(run, config, state, generation.children)
    assert read_json(run.path / "samples" / "children.json")["rows"] == 2


def test_children_that_have_not_grown_are_shown_in_the_full_size(tmp_path: Path) -> None:
    config = EvolveConfig.of(
        image_size=32, generator="progan", discriminator="progan", width=0.05, batch_size=4, start_size=8
    )
    state, generation = grown(config, 32)
    run = create_run(tmp_path, "a", to_json(config))
    write_children(run, config, state, generation.children)
    assert read_json(run.path / "samples" / "children.json")["size"] == 32


def test_points_have_no_samples_of_children(tmp_path: Path) -> None:
    config = EvolveConfig.of(data="8gaussians", batch_size=4)
    state = start(config, Mixture("8gaussians"))
    run = create_run(tmp_path, "a", to_json(config))
    write_children(run, config, state, [])
    assert not (run.path / "samples").exists()
