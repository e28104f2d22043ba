"""A run whose generator paints a fault by one unit, and real images of the same generator without it."""

from pathlib import Path

import torch
from PIL import Image
from torch import nn

from ganatomy.data.images import to_uint8
from ganatomy.hooks import edit
from ganatomy.intervene.changes import ablate
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.runs.directory import Run
from ganatomy.runs.manifest import Manifest, Origin, create_imported
from ganatomy.runs.weights import save_generator

LAYER, FAULTY = "layer2", 2
FEATURES = "tests.intervene.repair.planted:features"
MAGENTA = (3.0, -3.0, 3.0)


def faulty_generator() -> Generator:
    """Return a generator of 32 px whose unit `FAULTY` of `LAYER` is rarely on and turns what it meets to magenta."""
    rng = torch.Generator().manual_seed(0)
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4))
    with torch.no_grad():
        for part in generator.modules():
            if isinstance(part, nn.Linear | nn.Conv2d):
                part.weight.copy_(torch.randn(part.weight.shape, generator=rng) / 3)
                if part.bias is not None:
                    part.bias.zero_()
            if isinstance(part, nn.BatchNorm2d):
                part.momentum = 1.0
        generator.train()(torch.randn(256, 4, generator=rng))  # statistics of BatchNorm
        generator.layer2[1].bias[FAULTY] = -2.0
        reads = generator.layer3
        reads[0].weight[:, FAULTY], reads[0].weight[3], reads[0].weight[3, FAULTY] = 0, 0, 1
        reads[1].running_mean[3], reads[1].running_var[3] = 0, 1
        generator.output[0].weight[:, 3] = torch.tensor(MAGENTA)[:, None, None]
    return generator.eval()


def write_faulty(out: Path, num_real: int = 160) -> tuple[Run, Path]:
    """Write a run of that generator that nobody evolved, and a folder of its images without the unit."""
    generator = faulty_generator()
    run = create_imported(out, "faulty", Manifest(Origin("imported", "by a test"), image_size=32))
    save_generator(run, "ema", generator)
    folder = out / "real"
    folder.mkdir()
    z = torch.randn(num_real, generator.z_dim, generator=torch.Generator().manual_seed(11))
    with torch.no_grad(), edit(generator, ablate(LAYER, [FAULTY])):
        for index, pixels in enumerate(to_uint8(generator(z)).numpy()):
            Image.fromarray(pixels).save(folder / f"{index:03d}.png")
    return run, folder
