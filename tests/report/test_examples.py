"""The examples in the docstrings are true."""

import doctest

import pytest

from ganatomy.draw import marks, scales, text
from ganatomy.report.sections import samples


@pytest.mark.parametrize("module", [marks, samples, scales, text])
def test_examples(module):
    results = doctest.testmod(module)
    assert results.attempted
    assert not results.failed
