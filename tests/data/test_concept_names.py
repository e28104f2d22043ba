import numpy as np
import pytest

from ganatomy.data.concept_names import VOID, Vocabulary, find_concepts, parse_concepts
from ganatomy.errors import DataError


def test_the_outermost_list_is_found_and_text_comes_before_json() -> None:
    assert find_concepts(["a/b/concepts.txt", "a/classes.txt", "a/concepts.json", "a/1.png"]) == "a/concepts.json"
    assert find_concepts(["classes.txt", "concepts.json", "concepts.txt"]) == "concepts.txt"
    assert find_concepts(["images/1.png", "my-concepts.txt"]) is None


def test_names_are_read_from_lines_and_from_json() -> None:
    assert parse_concepts("sky\n tree \r\nroad\n\n", "concepts.txt") == ("sky", "tree", "road")
    assert parse_concepts('["sky", "traffic light"]', "concepts.json") == ("sky", "traffic light")


@pytest.mark.parametrize(
    ("text", "source", "message"),
    [
        ("sky\n\nroad", "a.txt", "a.txt: value 1 has no name; give every value from 0 on a name of its own"),
        ("sky\nroad\nsky", "a.txt", "a.txt: 'sky' comes 2 times; give each concept its own name"),
        ("sky\nroad, path", "a.txt", "a.txt: 'road, path' has a comma or semicolon"),
        ("sky\nroad;path", "a.txt", "a.txt: 'road;path' has a comma or semicolon"),
        ("sky", "a.txt", "a.txt: 1 names; 2 to 1000 are accepted, one a line"),
        ("\n".join(map(str, range(1001))), "a.txt", "1001 names; 2 to 1000"),
        ("sky\nroad", "a.json", r"a.json is not JSON \(.*\); write a list of names"),
        ('{"sky": 0}', "a.json", "a.json is not a JSON list of names; write one such as"),
        ('["sky", 3]', "a.json", "a.json is not a JSON list of names"),
    ],
)
def test_a_list_that_is_none_is_told(text: str, source: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_concepts(text, source)


def test_values_become_indices_and_void_ones_none() -> None:
    vocabulary = Vocabulary(("sky", "void", "road"), void=(1, 7))
    assert vocabulary.concepts == ("sky", "road")
    indices = vocabulary.indices(np.array([[0, 1, 2], [7, 255, 2]], np.int32), "m.png")
    assert indices.dtype == np.int16
    assert indices.tolist() == [[0, VOID, 1], [VOID, VOID, 1]]


def test_255_is_a_concept_where_it_has_a_name() -> None:
    vocabulary = Vocabulary([f"concept {value}" for value in range(256)], void=())
    assert vocabulary.indices(np.array([255], np.int32), "m.png").tolist() == [255]


@pytest.mark.parametrize("value", [3, 254, -1])
def test_a_value_without_a_name_is_told(value: int) -> None:
    vocabulary = Vocabulary(("sky", "tree", "road"), void=(9,))
    message = (
        rf"^m.png has the value {value}; the 3 names have the values 0 to 2; add a name, or leave the value out "
        rf"with --void {value}$"
    )
    with pytest.raises(DataError, match=message):
        vocabulary.indices(np.array([0, 9, 255, value], np.int32), "m.png")


def test_a_vocabulary_keeps_two_concepts() -> None:
    with pytest.raises(DataError, match=r"void values \[0, 1\] leave 1 of 3 concepts; at least 2 are needed"):
        Vocabulary(("sky", "tree", "road"), void=(0, 1))
