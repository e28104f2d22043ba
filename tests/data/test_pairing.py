"""Masks by the names of their images: which files are given is all that counts."""

from pathlib import Path

import pytest

from ganatomy.data.pairing import pair_files
from ganatomy.errors import DataError
from ganatomy.progress import SILENT


def paired(names: list[str], masks: list[str] | None = None) -> dict[str, str]:
    return pair_files(
        names, names if masks is None else masks, Path("set"), None if masks is None else Path("m"), SILENT
    )


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("images/1.jpg", "masks/1.png"),
        ("images/1.JPG", "masks/1.PNG"),
        ("Images/1.png", "Masks/1.png"),
        ("train/images/a/1.jpg", "train/masks/a/1.png"),
        ("images/train/1.jpg", "annotations/train/1.png"),
        ("JPEGImages/1.jpg", "SegmentationClass/1.png"),
        ("img/1.webp", "labels/1.Png"),
    ],
)
def test_a_mask_has_the_place_and_name_of_its_image(image: str, mask: str) -> None:
    assert paired([image, mask, "concepts.txt"]) == {image: mask}


def test_of_folders_of_their_own_any_case_of_the_suffix_counts() -> None:
    assert paired(["a/1.jpg"], ["a/1.PNG"]) == {"a/1.jpg": "a/1.PNG"}


def test_a_folder_masks_goes_before_others() -> None:
    assert paired(["images/1.jpg", "labels/1.png", "masks/1.png"]) == {"images/1.jpg": "masks/1.png"}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["images/1.jpg", "images/1.png", "masks/1.png"],
            "^images/1.jpg and images/1.png would share the mask masks/1.png",
        ),
        (
            ["images/1.jpg", "labels/1.png", "gt/1.png"],
            "^images/1.jpg has the masks gt/1.png and labels/1.png; give the",
        ),
        (
            ["images/1.jpg", "masks/1.png", "masks/1.PNG"],
            "^images/1.jpg has the masks masks/1.PNG and masks/1.png; give",
        ),
        (
            ["images/1.jpg", "masks/1.jpg"],
            "^images/1.jpg has no mask masks/1.png, in set .masks/1.jpg is no PNG; masks are, for they must be without",
        ),
        (["photos/1.jpg", "masks/1.png"], "^set has no folder 'images' with JPEG"),
    ],
)
def test_pairs_that_are_none_are_refused(names: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        paired(names)


def test_images_that_would_share_a_mask_of_another_folder_are_refused() -> None:
    with pytest.raises(
        DataError, match=r"^1.jpg and 1.png would share the mask 1.png; give each image a name and a mask"
    ):
        paired(["1.jpg", "1.png"], ["1.png"])
