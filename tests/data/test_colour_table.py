import numpy as np
import pytest

from ganatomy.data.colour_table import ColourTable, parse_colours
from ganatomy.errors import DataError

ROAD, SKY = (128, 64, 128), (70, 130, 180)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("128 64 128 road\n70 130 180 clear sky\n", "table.txt"),
        ("name, r, g, b\nroad,128,64,128\n\nclear sky,70,130,180", "class_dict.csv"),
        ("128\t64\t128\troad\n70\t130\t180\tclear sky", "label_colors.txt"),
        ('{"road": [128, 64, 128], "clear sky": [70, 130, 180]}', "table.json"),
    ],
)
def test_tables_are_read_in_the_forms_of_the_field(text: str, source: str) -> None:
    assert parse_colours(text, source) == ColourTable((ROAD, SKY), ("road", "clear sky"))


@pytest.mark.parametrize(
    ("text", "source", "message"),
    [
        ("0 0 0 road\n0 0 0 sky", "t.txt", "^t.txt: 0 0 0 comes twice; write a line `R G B name` for each colour"),
        ("0 0 300 road\n0 0 0 sky", "t.txt", "^t.txt: 0 0 300 is no colour of 0 to 255; write a line"),
        ("0 0 0 road\nsky blue", "t.txt", "^t.txt: line 2 is 'sky blue'; write a line `R G B name`"),
        ("0 0 0 road\n1 1 1 road", "t.txt", "^t.txt, its names: 'road' comes 2 times; give each concept its own name$"),
        ("nothing", "t.txt", "^t.txt, its names: 0 names; 2 to 1000 are accepted"),
        ("{", "t.json", r"^t.json is not JSON \(.*\); write a line"),
        ("[1]", "t.json", "^t.json is not a JSON object of names and colours; write one such as"),
        ('{"road": [1, 2]}', "t.json", "^t.json is not a JSON object of names and colours; write one such as"),
    ],
)
def test_what_is_no_table_is_told(text: str, source: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_colours(text, source)


def test_each_colour_has_its_place() -> None:
    table = ColourTable((SKY, ROAD, (0, 0, 0)), ("sky", "road", "rest"))
    pixels = np.array([[ROAD, SKY], [(0, 0, 0), ROAD]], np.uint8)
    assert table.values(pixels).tolist() == [[1, 0], [2, 1]]


def test_other_colours_are_counted() -> None:
    with pytest.raises(
        DataError, match=r"^the colour 0 0 1 and 1 more is not in the table of 2 colours; add a line for it"
    ):
        ColourTable((SKY, ROAD), ("sky", "road")).values(np.array([[SKY, (0, 0, 1), (255, 255, 255)]], np.uint8))
