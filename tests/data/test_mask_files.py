"""Masks beside images, laid out as the data sets of the field lay them out."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.data.pairs import encoded, png, scene, write

from ganatomy.data.archive import open_source
from ganatomy.data.images import load_images
from ganatomy.data.mask_files import is_of_values, mask_folder, masks_by_looks, masks_by_name
from ganatomy.data.told import MASK_OF_AN_IMAGE

IMAGE, MASK = scene(0)

LAYOUTS = {
    "CamVid": (["train/images/1.jpg", "train/images/2.jpg"], ["train/masks/1.png", "train/masks/2.png"]),
    "labels": (["images/1.JPG"], ["Labels/1.PNG"]),
    "VOC": (["JPEGImages/1.jpg"], ["SegmentationClass/1.png", "SegmentationObject/1.png"]),
    "ADE20K": (["images/training/A_1.jpg"], ["annotations/training/A_1.png"]),
    "ADE20K, whole": (["training/a/A_1.jpg"], ["training/a/A_1_seg.png"]),
    "Cityscapes": (
        ["leftImg8bit/train/bonn/b_0_leftImg8bit.png"],
        ["gtFine/train/bonn/b_0_gtFine_labelIds.png", "gtFine/train/bonn/b_0_gtFine_color.png"],
    ),
    "SegNet": (["train/0001.png", "test/0002.png"], ["trainannot/0001.png", "testannot/0002.png"]),
    "CamVid, colours": (["701/0001.png"], ["LabeledApproved/0001_L.png", "701/0001_L.png"]),
    "Carvana": (["train/c_01.jpg"], ["train_masks/c_01_mask.gif"]),
    "DeepGlobe": (["12_sat.jpg"], ["12_mask.png"]),
    "Oxford pets": (["images/cat_1.jpg"], ["annotations/trimaps/cat_1.png"]),
}


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "CamVid, colours"])
def test_masks_are_known_by_their_folders_and_names(layout: str) -> None:
    images, masks = LAYOUTS[layout]
    assert masks_by_name([*images, *masks]) == set(masks)


def test_a_mask_beside_its_image_needs_the_image() -> None:
    assert masks_by_name(["a/0001.png", "a/0001_L.png", "a/0002_L.png"]) == {"a/0001_L.png"}
    assert masks_by_name(["a/photo_mask.png", "b/photo.png"]) == set()


def test_folders_of_masks_without_images_of_their_names_are_images() -> None:
    assert masks_by_name(["mask/1.jpg", "no_mask/1.jpg"]) == set()  # faces with and without one
    assert masks_by_name(["masks/1.png", "masks/2.png", "masks/3.png", "faces/1.png"]) == set()


def test_folders_that_are_named_as_classes_are_images() -> None:
    names = ["images/1.png", "masks/1.png", "images/2.png", "images/2_mask.png"]
    assert masks_by_name(names) == {"masks/1.png", "images/2_mask.png"}
    assert masks_by_name(names, ("images", "masks")) == set()


@pytest.mark.parametrize(("name", "folder"), [("a/1.png", None), ("x/masks/y/1.png", "x/masks"), ("masks.png", None)])
def test_the_folder_of_masks_is_the_last_that_says_so(name: str, folder: str | None) -> None:
    assert mask_folder(name) == folder


@pytest.mark.parametrize("mode", ["L", "P"])
def test_palette_and_index_pictures_are_known_by_their_looks(tmp_path: Path, mode: str) -> None:
    path = write(
        tmp_path / "d", {"a/1.png": png(IMAGE, "RGB"), "b/x.png": png(MASK, mode), "a/2.png": png(IMAGE, "RGB")}
    )
    with open_source(path) as source:
        assert masks_by_looks(source, source.names()) == {"b/x.png"}
        assert masks_by_looks(source, source.names(), ("b",)) == set()
        assert masks_by_looks(source, ["b/x.png"]) == set()


def test_masks_of_the_same_folder_and_name_are_known_by_their_suffix(tmp_path: Path) -> None:
    photo = encoded(Image.fromarray(IMAGE), "JPEG")
    path = write(tmp_path / "d", {"1.jpg": photo, "1.png": png(MASK, "P"), "2.jpg": photo, "2.png": png(MASK, "P")})
    assert load_images(path, 8, cache_dir=tmp_path / "cache").skipped == (
        ("1.png", MASK_OF_AN_IMAGE),
        ("2.png", MASK_OF_AN_IMAGE),
    )


def test_data_that_are_all_of_values_are_images(tmp_path: Path) -> None:
    path = write(tmp_path / "d", {"a/1.png": png(MASK), "b/1.png": png(MASK)})
    assert len(load_images(path, 8, cache_dir=tmp_path / "cache")) == 2


def test_files_that_cannot_be_read_are_no_masks(tmp_path: Path) -> None:
    path = write(tmp_path / "d", {"a/1.png": png(IMAGE, "RGB"), "b/1.png": b"nothing"})
    with open_source(path) as source:
        assert masks_by_looks(source, source.names()) == set()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.kron([[0, 255], [255, 0]], np.ones((8, 8))), True),
        (np.arange(256).reshape(16, 16), False),  # as many values as a photograph
        (np.indices((16, 16)).sum(0) % 2, False),  # two values, no flat areas
        (np.zeros((4, 1)), False),
    ],
)
def test_pictures_of_values_have_few_of_them_in_flat_areas(values: NDArray[np.generic], expected: bool) -> None:
    assert is_of_values(png(values.astype(np.uint8))) is expected


def test_a_gan_is_not_trained_on_masks_beside_its_images(tmp_path: Path) -> None:
    files = {f"images/{i}.png": png(scene(i)[0], "RGB") for i in range(3)}
    files |= {f"masks/{i}.png": png(scene(i)[1]) for i in range(3)}
    path = write(tmp_path / "d", files)
    loaded = load_images(path, 8, cache_dir=tmp_path / "cache", strict=True)
    assert len(loaded) == 3
    assert loaded.notes[0] == "took 3 images: 3 of images"
    assert loaded.skipped == tuple((f"masks/{i}.png", MASK_OF_AN_IMAGE) for i in range(3))
    both = load_images(path, 8, classes=("images", "masks"), cache_dir=tmp_path / "cache")
    assert both.notes[0] == "took 6 images: 3 of images, 3 of masks"
