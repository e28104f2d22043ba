"""Small runs of every kind of generator, and edits as `ganatomy edit` records them."""

from pathlib import Path
from typing import Any

import torch
from torch import nn

from ganatomy.config.export import ExportConfig
from ganatomy.export.opened import Opened, open_to_export
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.networks.dcgan import Generator, GeneratorShape, initialise
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape, initialise_normal
from ganatomy.models.networks.resnet import ResnetGenerator, ResnetShape
from ganatomy.models.networks.sequential import Part, SequentialGenerator, SequentialShape
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import EDITS, EFFECTS
from ganatomy.runs.manifest import Images, Manifest, Origin, TrainingData, create_imported, write_manifest
from ganatomy.runs.records.effects import EffectsRecord, StepRow
from ganatomy.runs.records.reading import write_record
from ganatomy.runs.weights import load_image_generator, save_generator

SIZE = 16


def stirred(generator: nn.Module, scale: float = 0.3) -> nn.Module:
    """Return a generator whose every weight and statistic takes part."""
    rng = torch.Generator().manual_seed(0)
    for name, value in generator.state_dict().items():
        if value.is_floating_point():
            value.add_(scale * torch.randn(value.shape, generator=rng))
            if name.endswith("running_var"):
                value.abs_().add_(0.1)
    return generator.eval()


def dcgan(**more: Any) -> LayeredGenerator:
    generator = Generator(GeneratorShape(SIZE, (6, 4), z_dim=5, **more))
    initialise(generator, torch.Generator().manual_seed(0))
    stirred(generator)
    return generator


def resnet() -> LayeredGenerator:
    generator = ResnetGenerator(ResnetShape(SIZE, (6, 5, 4), z_dim=5))
    stirred(generator, 0.1)
    return generator


def progan() -> LayeredGenerator:
    generator = ProGanGenerator(ProGanShape(8, (6, 6, 5, 4), z_dim=6))
    initialise_normal(generator, torch.Generator().manual_seed(0))
    return generator.eval()


def sequential() -> LayeredGenerator:
    parts = (
        Part("main.0", "transposed", 5, 6, 4, bias=False),
        Part("main.1", "batch_norm", 6),
        Part("main.2", "leaky_relu", slope=0.2),
        Part("main.3", "transposed", 6, 3, 4, 2, 1),
        Part("main.4", "tanh"),
    )
    spatial = (Part("grown", "unflatten", 5, kernel=1), *parts)
    generator = SequentialGenerator(SequentialShape(8, 5, spatial))
    stirred(generator)
    return generator


KINDS = {
    "nearest": dcgan,
    "latents in every layer": lambda: dcgan(latent_layers="every"),
    "transposed": lambda: dcgan(upsampling="transposed", kernel=5, batch_norm=False, leak=0.2, latent="uniform"),
    "resnet": resnet,
    "progan": progan,
    "sequential": sequential,
}


def write_run(out: Path, generator: LayeredGenerator | None = None, **more: Any) -> Run:
    """Write a run of a generator that somebody else trained on photographs of his."""
    generator = dcgan() if generator is None else generator
    data = TrainingData("/home/ada/photos.zip", generator.image_size, absolute="/home/ada/photos.zip")
    origin = Origin("imported", "from /home/ada/faces/g.pt")
    run = create_imported(out, "faces", Manifest(origin, image_size=generator.image_size, data=data))
    if more:
        write_manifest(run, Manifest(origin, image_size=generator.image_size, data=data, images=Images(**more)))
    save_generator(run, "ema", generator)
    return run


def step(layer: str = "layer2", units: tuple[int, ...] = (1,), **more: Any) -> StepRow:
    return StepRow("ablate", layer, "tree", units, **{"values": (0.0,), **more})


def write_edit(run: Run, *steps: StepRow, generator: str | None = None, name: str = "0001-layer2-ablate-tree") -> Path:
    """Write the record of an edit into a run and return its folder."""
    first = steps[0]
    made_of = fingerprint(load_image_generator(run)) if generator is None else generator
    record = EffectsRecord(
        first.layer, "tree", first.units, 0.0, 4, "scenes", "scenes-1", (), (), generator=made_of, steps=steps
    )
    folder = run.path / EDITS / name
    folder.mkdir(parents=True)
    write_record(folder / EFFECTS, record)
    return folder


def opened(run: Run, edit: str | None = None, **more: Any) -> Opened:
    return open_to_export(run, ExportConfig(run.path, edit=edit, **more))
