"""Concepts by name: the nearest ones are offered, published ones made short and unique."""

import pytest

from ganatomy.errors import ConfigError
from ganatomy.segment.concepts import known_concept, short_names


def test_an_unknown_concept_is_met_with_its_neighbours_or_with_a_few_of_many():
    assert known_concept("sky", ("sky",)) == "sky"
    with pytest.raises(ConfigError, match="no concept 'boats'; did you mean 'boat' or 'boots'\\?"):
        known_concept("boats", ("sky", "boots", "boat"))
    with pytest.raises(
        ConfigError, match="no concept 'sky'; choose from 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more"
    ):
        known_concept("sky", tuple(map(str, range(20))))


def test_names_are_shortened_and_stay_unique():
    labels = ["windowpane, window", "screen", "screen; display", "screen 2", "screen,x"]
    assert short_names(labels) == ("windowpane", "screen", "screen 2", "screen 2 2", "screen 3")
