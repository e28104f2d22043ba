import pytest

from ganatomy.data.arranging import Item, arrange, doubtful_splits


def placed(*names: str) -> list[tuple[str, str]]:
    return [(item.split, item.class_name) for item in arrange(names)]


def test_without_folders_there_is_neither_split_nor_class() -> None:
    assert arrange(["1.png"]) == [Item("1.png", split="", class_name="")]


def test_top_folders_are_classes() -> None:
    assert placed("sea/1.png", "forest/old/2.png", "3.png") == [("", "sea"), ("", "forest"), ("", "")]


def test_a_single_class_folder_is_a_class() -> None:
    assert placed("sea/1.png", "sea/2.png") == [("", "sea"), ("", "sea")]


def test_wrapping_folders_are_passed_over() -> None:
    assert placed("a/b/sea/1.png", "a/b/forest/2.png") == [("", "sea"), ("", "forest")]


def test_split_folders_are_recognised_in_any_case_and_under_a_wrapper() -> None:
    names = ["x/Train/sea/1.png", "x/validation/2.png", "x/test/forest/3.png"]
    assert placed(*names) == [("train", "sea"), ("val", ""), ("test", "forest")]


def test_a_train_among_other_classes_is_a_class() -> None:
    assert placed("train/1.png", "bus/2.png") == [("", "train"), ("", "bus")]


def test_a_lone_train_folder_is_a_split() -> None:
    assert placed("train/sea/1.png", "train/forest/2.png") == [("train", "sea"), ("train", "forest")]


def test_files_beside_split_folders_belong_to_no_split() -> None:
    assert placed("train/sea/1.png", "cover.png") == [("train", "sea"), ("", "")]


@pytest.mark.parametrize(
    ("folders", "splits"),
    [
        (("train", "test", "unlabeled"), ("train", "test", "unlabeled")),
        (("train", "unlabelled"), ("train", "unlabeled")),
        (("Train", "Dev"), ("train", "val")),
        (("train", "val", "notes"), ("train", "val", "notes")),
        (("train2017", "val2017", "unlabeled2017"), ("train", "val", "unlabeled2017")),
        (("train_images", "test_images"), ("train", "test")),
        (("trainA", "trainB", "testA", "testB"), ("train", "train", "test", "test")),
        (("training_set", "test_set"), ("train", "test")),
        (("bus", "car", "train"), ("", "", "")),
        (("dev", "extra"), ("", "")),
        (("train_station", "bridge"), ("", "")),
        (("2017", "2018"), ("", "")),
    ],
)
def test_one_odd_folder_beside_splits_leaves_them_splits(folders: tuple[str, ...], splits: tuple[str, ...]) -> None:
    assert tuple(split for split, _ in placed(*(f"{folder}/1.png" for folder in folders))) == splits


def test_splits_that_are_taken_for_classes_are_named() -> None:
    assert doubtful_splits(["photos/1.png", "test/2.png"]) == ("test",)
    assert doubtful_splits(["train/1.png", "test/2.png"]) == ()
