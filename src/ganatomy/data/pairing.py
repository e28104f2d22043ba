"""Which mask goes with which image, by their names."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ganatomy.data.decode import KINDS, SUFFIXES
from ganatomy.data.mask_files import says_masks
from ganatomy.errors import DataError
from ganatomy.progress import Progress

IMAGES, MASKS, MASK_SUFFIX = "images", "masks", ".png"
"""A pair is `images/NAME.jpg` and `masks/NAME.png`, below any folders that both share."""
_IMAGE_FOLDERS = frozenset({IMAGES, "image", "imgs", "img", "jpegimages"})

Place = tuple[tuple[str, ...], str]
"""The folders that an image and its mask share, and the name without suffix."""


def pair_files(
    images: Sequence[str], masks: Sequence[str], at: Path, masks_at: Path | None, progress: Progress
) -> dict[str, str]:
    """Return the mask's name by the image's.

    Args:
        images: all files where the images are.
        masks: all files where the masks are.
        at: the folder or zip of the images.
        masks_at: that of the masks; None where both are in one, in folders `images` and `masks`.
        progress: told of masks without an image.

    Raises:
        DataError: there are no images, one has no mask or several, or two would share one.
    """
    places = {name: place for name in images if _is_image(name) and (place := _place(name, masks_at is None, False))}
    if not places:
        what = f"no folder 'images' with {KINDS} files" if masks_at is None else f"no {KINDS} files"
        raise DataError(
            f"{at} has {what}; give a folder or zip of images/NAME.jpg and masks/NAME.png, or the folder of "
            "images, and that of masks with --masks"
        )
    found = _masks(masks, masks_at is None)
    _require_masks(places, found, masks, at, masks_at)
    _require_one_each(places, found)
    pairs = {name: found[place][0] for name, place in places.items()}
    spare = sorted({name for names in found.values() for name in names} - set(pairs.values()))
    if spare:
        progress.line(f"passed over {len(spare)} masks without an image, such as {spare[0]}")
    return pairs


def _masks(names: Sequence[str], beside: bool) -> dict[Place, list[str]]:
    """Return the masks of each place; those of a folder `masks` alone where there is one."""
    found: dict[Place, list[str]] = defaultdict(list)
    for name in names:
        if PurePosixPath(name).suffix.lower() == MASK_SUFFIX and (place := _place(name, beside, True)):
            found[place].append(name)
    for alike in found.values():
        named = [name for name in alike if MASKS in PurePosixPath(name).parts[:-1]]
        alike[:] = named or alike
    return found


def _require_masks(
    places: dict[str, Place], found: dict[Place, list[str]], masks: Sequence[str], at: Path, masks_at: Path | None
) -> None:
    missing = [name for name, place in places.items() if place not in found]
    if not missing:
        return
    wanted = _mask_name(missing[0], masks_at is None)
    other = [name for name in masks if PurePosixPath(name).with_suffix("") == PurePosixPath(wanted).with_suffix("")]
    instead = f" ({other[0]} is no PNG; masks are, for they must be without loss)" if other and masks_at is None else ""
    others = f", nor {len(missing) - 1} others" if len(missing) > 1 else ""
    raise DataError(
        f"{missing[0]} has no mask {wanted}{others}, in {masks_at or at}{instead}; add the masks, or take the images "
        "out"
    )


def _require_one_each(places: dict[str, Place], found: dict[Place, list[str]]) -> None:
    by_place: dict[Place, list[str]] = defaultdict(list)
    for name, place in places.items():
        by_place[place].append(name)
        if len(found[place]) > 1:
            raise DataError(
                f"{name} has the masks {' and '.join(sorted(found[place]))}; give the folder of those meant with "
                "--masks, or leave one out"
            )
    for place, names in by_place.items():
        if len(names) > 1:
            raise DataError(
                f"{' and '.join(sorted(names))} would share the mask {found[place][0]}; give each image a name and a "
                "mask of its own, or take one out"
            )


def _is_image(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def _place(name: str, beside: bool, is_mask: bool) -> Place | None:
    """Return where the pair of a file belongs; None for one outside of every folder of images, or of masks."""
    path = PurePosixPath(name)
    folders = path.parts[:-1]
    if not beside:
        return folders, path.stem
    meant = [i for i, one in enumerate(folders) if (says_masks(one) if is_mask else one.lower() in _IMAGE_FOLDERS)]
    return ((*folders[: meant[-1]], "*", *folders[meant[-1] + 1 :]), path.stem) if meant else None


def _mask_name(image: str, beside: bool) -> str:
    """Return the name that an image's mask is expected to have."""
    path = PurePosixPath(image).with_suffix(MASK_SUFFIX)
    place = _place(image, beside, False)
    assert place is not None  # of images that have one
    return str(PurePosixPath(*(MASKS if folder == "*" else folder for folder in place[0]), path.name))
