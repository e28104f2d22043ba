"""Grids of samples: fewer of large images, at every size an image."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganatomy.config.evolve import IMAGE_SIZES, EvolveConfig
from ganatomy.config.jsonable import to_json
from ganatomy.data.grids import GAP
from ganatomy.data.image_set import ImageSet
from ganatomy.evolve.sampling import num_samples, write_samples
from ganatomy.evolve.state import start
from ganatomy.evolve.train import advance, generation_settings
from ganatomy.runs.directory import create_run
from ganatomy.runs.files import read_json


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
    advance(config, generation_settings(config), state)
    assert state.is_finite
    run = create_run(tmp_path, "a", to_json(config))
    write_samples(run, config, state)
    (entry,) = read_json(run.path / "samples" / "index.json")
    with Image.open(run.path / "samples" / entry["file"]) as sheet:
        assert sheet.size == (8 * (size + GAP) - GAP, num_samples(size) // 8 * (size + GAP) - GAP)
