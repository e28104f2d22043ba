"""Dissect somebody else's generator by concepts of your own: some of its images, masks of them, a segmenter, its units.

Run it as `python examples/own_concepts.py`. Here the masks are drawn by colour, which is all that tells the concepts of
this little generator apart. Of faces or streets they are painted by hand, or come with a data set; a few dozen images
and some thousand steps make a start.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

import ganatomy as ga
from ganatomy.segment import PlantedGenerator

CONCEPTS = {"sky": (0, 0, 255), "grass": (0, 255, 0), "tree": (255, 255, 0), "building": (255, 0, 0)}
IMAGES, STEPS = 120, 250


class Theirs(nn.Module):
    """A generator as others write them: latents (n, z, 1, 1), and a tuple of images and something else."""

    def __init__(self) -> None:
        super().__init__()
        self.net = PlantedGenerator()

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return the images, and the latents again."""
        return self.net(z.flatten(1)), z


def mask_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the concept of each pixel (h, w): its number in concepts.txt, the last for what has no such colour."""
    distance = np.stack([np.abs(pixels.astype(int) - colour).sum(2) for colour in CONCEPTS.values()])
    return np.where(distance.min(0) < 64, distance.argmin(0), len(CONCEPTS)).astype(np.uint8)


def write_pairs(generator: nn.Module, folder: Path) -> None:
    """Write images of the generator, and a mask beside each, as `ganatomy segmenter train` reads them."""
    (folder / "images").mkdir()
    (folder / "masks").mkdir()
    (folder / "concepts.txt").write_text("\n".join([*CONCEPTS, "other"]))
    latents = torch.randn(IMAGES, generator.z_dim, generator=torch.Generator().manual_seed(0))
    images = (127.5 * (generator(latents) + 1)).round().byte().movedim(1, 3)
    for number, pixels in enumerate(images.numpy()):
        Image.fromarray(pixels).save(folder / "images" / f"{number}.png")
        Image.fromarray(mask_of(pixels)).save(folder / "masks" / f"{number}.png")


generator = ga.adapt(Theirs().eval(), z_dim=PlantedGenerator().z_dim)
with TemporaryDirectory() as name, torch.no_grad():
    write_pairs(generator, Path(name))
    settings = ga.SegmenterTrainConfig(
        Path(name), image_size=(generator.image_size,), steps=STEPS, out=Path(name, "own.safetensors")
    )
    with torch.enable_grad():
        trained = ga.train_segmenter(settings, progress=False)
    segmenter = trained.load()

found = ga.dissect(generator, "net.layer1", segmenter, num_images=200, progress=False)
print(f"{found.segmenter.name}: {'not ' * found.domain.differs}made for these images")
layer = found["net.layer1"]
for concept in ("sky", "grass", "building"):
    unit = layer.best(concept)[0]
    print(f"{concept}: unit {unit.unit}, IoU {unit.iou:.2f}")
