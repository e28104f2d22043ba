"""Small inputs for the tests of commands: a folder of images, a run of an untrained generator."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ganatomy.models.networks.dcgan import Generator, GeneratorShape, initialise
from ganatomy.runs.directory import Run, create_run
from ganatomy.runs.weights import save_generator


def write_images(folder: Path, n: int = 8) -> Path:
    """Write n images of noise and return their folder."""
    folder.mkdir(parents=True)
    for index in range(n):
        pixels = np.random.default_rng(index).integers(0, 256, (36, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.png")
    return folder


def write_run(out: Path, half: bool = False) -> Run:
    """Write a run of 32 px with the average's weights alone, maybe as float16; layers 1 to 3 have 8, 6 and 4 units."""
    run = create_run(out, "tiny", {"schema": 1, "data": "scenes", "image_size": 32})
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4))
    initialise(generator, torch.Generator().manual_seed(0))
    for parameter in generator.parameters():
        parameter.data.mul_(20)
    save_generator(run, "ema", generator, half)
    return run


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
