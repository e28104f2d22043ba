"""How the domain check tells images that the segmenter of scenes was made for from others: the cases behind its limits.

Run it as `python benchmarks/domain_check.py --images photographs=../shared/data/scenes_128.zip faces=FOLDER`; folders
and zips of images are given by a name each. It prints a row for each kind of images, with `--json` as JSON. With
`--weights ade20k.safetensors` the ADE20K segmenter looks at them instead, which knows no images that it was made for.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

import ganatomy as ga
from ganatomy.data import scenes
from ganatomy.data.images import load_images, to_float
from ganatomy.dissect.domain import check_domain
from ganatomy.models.protocol import sample_latents
from ganatomy.seeds import stream
from ganatomy.segment.areas import concept_areas
from ganatomy.segment.protocol import Segmenter
from ganatomy.segment.reference import image_confidence
from ganatomy.segment.training.augmentation import damage
from ganatomy.tables import Row, text_lines

SEED = 1_500_007
"""Of renders that no segmenter was trained on, others than those of the reference."""
AT_ONCE = 25


def kinds(num_images: int, given: dict[str, Path], image_size: int) -> Iterator[tuple[str, Tensor]]:
    """Yield kinds of images by name, (n, 3, s, s) float32 in [-1, 1]."""
    for table in scenes.PRESETS:
        yield f"renders of {table}", _rendered(table, num_images, image_size)
    yield "renders, damaged", damage(_rendered("scenes", num_images, image_size), stream(SEED, "damage"))
    generator = ga.packaged()
    with torch.no_grad():
        latents = sample_latents(generator, num_images, stream(SEED, "latents"))
        yield "the packaged generator", torch.cat([generator(z) for z in latents.split(AT_ONCE)])
    for name, path in given.items():
        images = load_images(path, image_size, split="test" if path.suffix == ".zip" else "all").images
        chosen = [index * len(images) // num_images for index in range(min(num_images, len(images)))]
        yield name, to_float(np.asarray(images[chosen]))
    rng = stream(SEED, "noise")
    noise = torch.randn(num_images, 3, image_size, image_size, generator=rng)
    yield "noise", (noise / 2).clamp(-1, 1)
    coarse = torch.randn(num_images, 3, 8, 8, generator=rng)
    yield "smooth noise", interpolate(coarse, image_size, mode="bicubic").clamp(-1, 1)


def row_of(name: str, images: Tensor, segmenter: Segmenter) -> Row:
    """Return what the domain check says of images."""
    sure, areas = [], []
    for batch in images.split(AT_ONCE):
        sure.append(image_confidence(segmenter, batch))
        areas.append(concept_areas(segmenter, batch))
    confidence = np.concatenate([one for one in sure if one is not None])
    check = check_domain(segmenter, confidence, np.concatenate(areas), images.shape[-1], np.random.default_rng(0))
    known = check.less_sure is not None and check.apart is not None
    return {
        "images": name,
        "against": check.made_for.name if check.made_for else None,
        "confidence": round(float(confidence.mean()), 3),
        "less_sure": round(check.less_sure.value, 3) if check.less_sure else None,
        "low": round(check.less_sure.interval.low, 3) if check.less_sure else None,
        "apart": round(check.apart.value, 3) if check.apart else None,
        "chance": round(check.apart.chance, 3) if check.apart else None,
        "others": ("yes" if check.differs else "no") if known else None,
        "seen": ", ".join(f"{one.concept} {one.area:.2f}" for one in check.seen[:3]),
    }


def _rendered(table: str, num_images: int, image_size: int) -> Tensor:
    return to_float(scenes.render(SEED, num_images, image_size, scenes.PRESETS[table])[0])


def _named(word: str) -> tuple[str, Path]:
    name, _, path = word.partition("=")
    return name, Path(path)


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="the domain check on images of several kinds")
    parser.add_argument("--num-images", type=int, default=100)
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--images", type=_named, nargs="*", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--weights", type=Path, help="of the ADE20K segmenter, to look through that instead")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(words)
    segmenter = ga.load_segmenter("ade20k", args.weights) if args.weights else ga.load_segmenter("scenes")
    found = kinds(args.num_images, dict(args.images), args.image_size)
    rows = [row_of(name, images, segmenter) for name, images in found]
    print(json.dumps(rows) if args.json else "\n".join(text_lines(rows)))


if __name__ == "__main__":
    main()
