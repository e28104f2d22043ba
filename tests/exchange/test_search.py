"""Which network of a file is the generator, told by its name."""

import pytest

from ganatomy.exchange.search import Network


@pytest.mark.parametrize("name", ["g_ema", "EMA.generator", "state_dict.generator_avg", "G_smooth", "averaged"])
def test_a_part_of_the_name_says_that_weights_were_averaged(name: str) -> None:
    assert Network(name, {}).is_averaged


@pytest.mark.parametrize("name", ["", "g", "schema", "semantic.generator", "avgpool"])
def test_a_word_that_only_holds_such_a_part_does_not(name: str) -> None:
    assert not Network(name, {}).is_averaged
