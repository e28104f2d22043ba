from pathlib import Path

import pytest

from ganatomy.data.choices import choose_classes, choose_split
from ganatomy.errors import DataError

PATH = Path("photos.zip")


@pytest.mark.parametrize(
    ("split", "known", "expected"),
    [
        (None, ["test", "train"], "train"),
        ("train", ["test", "train"], "train"),
        ("test", ["test", "train"], "test"),
        ("all", ["test", "train"], "all"),
        (None, [], "all"),
        ("train", [], "all"),
        ("all", [], "all"),
    ],
)
def test_split(split: str | None, known: list[str], expected: str) -> None:
    assert choose_split(split, known, PATH) == expected


def test_an_unknown_split_names_those_there_are() -> None:
    with pytest.raises(
        DataError, match=r"^no split 'tst' in photos.zip; did you mean 'test'\? it has test, train, all$"
    ):
        choose_split("tst", ["test", "train"], PATH)


def test_train_is_not_made_up_where_there_are_other_splits() -> None:
    with pytest.raises(DataError, match=r"no split 'train' in photos.zip; it has test, all"):
        choose_split(None, ["test"], PATH)


def test_a_split_of_data_without_splits_is_refused() -> None:
    with pytest.raises(DataError, match=r"no split 'test' in photos.zip, which has no split folders; leave the split"):
        choose_split("test", [], PATH)


def test_classes_come_sorted_and_once() -> None:
    assert choose_classes(("sea", "forest", "sea"), ["forest", "sea", "street"], PATH) == ("forest", "sea")
    assert choose_classes((), ["forest", "sea"], PATH) == ("forest", "sea")
    assert choose_classes((), [], PATH) == ()


def test_an_unknown_class_names_those_there_are() -> None:
    with pytest.raises(
        DataError, match=r"^no class 'forrest' in photos.zip; did you mean 'forest'\? it has forest, sea$"
    ):
        choose_classes(("forrest",), ["forest", "sea"], PATH)


def test_of_many_classes_twenty_are_named() -> None:
    known = [f"{index:02}" for index in range(25)]
    with pytest.raises(DataError, match=r"it has 00, .*, 19 and 5 more$"):
        choose_classes(("nothing",), known, PATH)


def test_a_class_of_data_without_classes_is_refused() -> None:
    with pytest.raises(DataError, match=r"no class 'sea' in photos.zip, which has no class folders"):
        choose_classes(("sea",), [], PATH)
