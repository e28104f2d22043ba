"""Write a folder of pictures, and some of them with masks beside: what the tutorial begins with, in place of your own.

Run it as `python examples/pictures.py`: `pictures/` then holds 6,000 renders of houses, `pairs/images` and
`pairs/masks` 200 others with a mask each, and `pairs/concepts.txt` names what the values of the masks stand for. With a
number it writes so many pictures, and a thirtieth of that with masks.
"""

import sys
from pathlib import Path

from PIL import Image

from ganatomy.data.scenes import CONCEPTS, PRESETS, render

HOUSES = PRESETS["scenes:houses"]
AT_ONCE = 200


def write_pictures(folder: Path, count: int) -> None:
    """Write so many renders as PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, count, AT_ONCE):
        images, _ = render(seed=first, n=min(AT_ONCE, count - first), image_size=64, table=HOUSES)
        for number, pixels in enumerate(images, first):
            Image.fromarray(pixels).save(folder / f"{number:05d}.png")


def write_pairs(folder: Path, count: int) -> None:
    """Write so many renders and a mask of each, as `ganatomy segmenter train` reads them."""
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "concepts.txt").write_text("\n".join(CONCEPTS))
    images, masks = render(seed=1_000_000, n=count, image_size=64, table=HOUSES)
    for number, (pixels, mask) in enumerate(zip(images, masks, strict=True)):
        Image.fromarray(pixels).save(folder / "images" / f"{number:05d}.png")
        Image.fromarray(mask).save(folder / "masks" / f"{number:05d}.png")


count = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
write_pictures(Path("pictures"), count)
write_pairs(Path("pairs"), max(8, count // 30))
print(f"{count} pictures in pictures, {max(8, count // 30)} with masks in pairs")
