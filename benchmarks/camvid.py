"""How well the ADE20K segmenter knows streets it was not trained on: zero-shot IoU on CamVid.

Run it as `python benchmarks/camvid.py ../shared/data/camvid_240x180.zip --weights FILE`; FILE is
`../shared/weights/ade20k_deeplabv3plus_mobilenetv2.safetensors`. It prints one JSON object.
"""

import argparse
import io
import json
import time
import zipfile
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from ganatomy.data.images import to_float
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.protocol import Segmenter
from ganatomy.segment.training.accuracy import confusion, intersection_over_union

CLASSES = ("sky", "building", "road", "pavement", "tree", "fence", "car", "person", "pole", "sign")
CLASS_OF_MASK = {
    "sky": "sky", "building": "building", "pole": "pole", "road": "road", "pavement": "pavement", "tree": "tree",
    "sign": "sign", "fence": "fence", "car": "car", "pedestrian": "person", "bicyclist": "person",
}  # fmt: skip
NUM_WIDE = 8  # the classes before pole and sign, which are too thin to be seen at this size

# CamVid class -> the ADE20K concepts that count as it; every other concept is a miss. CamVid has no
# mountains: what looks like one is a wooded hill, which it calls tree, as it does all vegetation.
CONCEPTS_OF_CLASS = {
    "sky": ("sky",),
    "building": (
        "building", "house", "skyscraper", "wall", "tower", "windowpane", "door", "bridge", "awning",
        "hovel", "booth", "canopy", "stairs", "stairway",
    ),
    "road": ("road", "runway", "path", "dirt"),
    "pavement": ("sidewalk", "floor", "earth"),
    "tree": ("tree", "plant", "palm", "grass", "flower", "field", "mountain", "hill"),
    "fence": ("fence", "railing", "bannister"),
    "car": ("car", "bus", "truck", "van"),
    "person": ("person", "bicycle", "minibike", "animal"),
    "pole": ("pole", "streetlight", "column", "lamp"),
    "sign": ("signboard", "traffic", "poster", "bulletin"),
}  # fmt: skip


def read_split(archive: Path, split: str, limit: int | None = None) -> tuple[Tensor, Tensor]:
    """Return images (n, 3, 180, 240) in [-1, 1] and masks (n, 180, 240), -1 where void, evenly spaced."""
    with zipfile.ZipFile(archive) as zipped:
        names = sorted(name for name in zipped.namelist() if name.startswith(f"{split}/images/"))
        if limit is not None and limit < len(names):
            names = [names[index * len(names) // limit] for index in range(limit)]
        images = np.stack([_pixels(zipped, name) for name in names])
        masks = np.stack([_pixels(zipped, name.replace("images", "masks").replace("jpg", "png")) for name in names])
        classes = zipped.read("classes.txt").decode().split()
    table = torch.tensor([CLASSES.index(CLASS_OF_MASK[name]) if name in CLASS_OF_MASK else -1 for name in classes])
    return to_float(images), table[torch.from_numpy(masks).long()]


def _pixels(zipped: zipfile.ZipFile, name: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(zipped.read(name))))


def class_table(segmenter: Segmenter) -> Tensor:
    """Return the class of each concept, an index into `CLASSES`, -1 for none."""
    classes = {concept: i for i, name in enumerate(CLASSES) for concept in CONCEPTS_OF_CLASS[name]}
    return torch.tensor([classes.get(concept, -1) for concept in segmenter.concepts])


def measure_iou(
    segmenter: Segmenter, images: Tensor, masks: Tensor, *, square: int | None = None, thin: bool = False
) -> dict[str, float]:
    """Return the IoU of each class over the pixels that are not void.

    With `square`, each image is first resized to a square of that many pixels, as a generator's is, and
    the mask back. Without `thin`, the pixels of poles and signs are left out like void.
    """
    table, size = class_table(segmenter), tuple(masks.shape[1:])
    k = len(CLASSES) if thin else NUM_WIDE
    counts = torch.zeros(k, k + 1, dtype=torch.int64)
    for image, mask in zip(images.split(8), masks.split(8), strict=True):
        if square is not None:
            image = interpolate(image, (square, square), mode="bilinear", antialias=True)
        found = segmenter.segment(image)[:, 0]
        if square is not None:
            found = interpolate(found[:, None].float(), size, mode="nearest-exact")[:, 0].long()
        guess = table[found]
        counts += confusion(torch.where(guess < k, guess, -1), mask, k)
    return dict(zip(CLASSES, intersection_over_union(counts).tolist(), strict=False))


def main() -> None:
    parser = argparse.ArgumentParser(description="zero-shot IoU of the ADE20K segmenter on CamVid")
    parser.add_argument("archive", type=Path, help="camvid_240x180.zip")
    parser.add_argument("--weights", type=Path, required=True, help="the ADE20K weights, safetensors")
    parser.add_argument("--split", default="test", choices=("train", "val", "test"))
    parser.add_argument("--limit", type=int, help="take this many images, evenly spaced")
    parser.add_argument("--input-size", type=int, default=257)
    parser.add_argument("--square", type=int, help="resize the images to squares of this many pixels first")
    parser.add_argument("--thin", action="store_true", help="score poles and signs too, not leave them out")
    args = parser.parse_args()
    segmenter = load_segmenter("ade20k", args.weights, args.input_size)
    images, masks = read_split(args.archive, args.split, args.limit)
    start = time.perf_counter()
    iou = measure_iou(segmenter, images, masks, square=args.square, thin=args.thin)
    seconds = time.perf_counter() - start
    results = {
        "split": args.split,
        "num_images": len(images),
        "segmenter": segmenter.fingerprint,
        "iou": {name: round(value, 3) for name, value in iou.items()},
        "ms_per_image": round(1000 * seconds / len(images), 1),
    }
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
