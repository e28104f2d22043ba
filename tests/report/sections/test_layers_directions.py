import pytest

from ganatomy.draw.text import SPACE
from ganatomy.report.sections.layers_directions import directions_in_words
from ganatomy.runs.records.directions import DirectionsRecord, Found


@pytest.mark.parametrize(
    ("base", "found", "said"),
    [
        (
            "layer3",
            Found("pca", shares=(0.5, 0.25), num_images=300, seed=0),
            "2 directions of layer3, those of the greatest variance over the cells of 300 samples: 75 % of it",
        ),
        (
            "z",
            Found("sefa", True, (0.02, 0.01)),
            "2 directions of the latents, those that the weights reading it enlarge most: 3.0 % of their squared gain; "
            "each is turned around",
        ),
        ("layer3", Found("given", source="doors.npz"), "2 read-outs of layer3 that doors.npz gave"),
        ("layer3", Found("given"), "2 read-outs of layer3 that the user gave"),
    ],
)
def test_what_the_units_are_is_said_in_a_sentence(base: str, found: Found, said: str) -> None:
    record = DirectionsRecord("some", base, found, "ab")
    assert directions_in_words(record, 2).replace(SPACE, " ") == f"Its units are {said}."
