"""A comparison of two dissected runs, to be drawn."""

import pytest
from tests.dissect.test_comparison_page import PROTOCOL, ROOF, SKY, TREE, row

from ganatomy.dissect.comparison import Comparison


@pytest.fixture
def compared():
    rows = (
        row("0001-a", "layer2", (SKY, 6), (ROOF, 2), interval=(5, 10)),
        row("0002-b<", "layer2", (TREE, 4), (SKY, 1)),
        row("0002-b<", "layer3", (ROOF, 2)),
    )
    return Comparison(("0001-a", "0002-b<"), PROTOCOL, ("object", "part"), rows)
