"""Functions by name, and what is said when there is none."""

import math
import re

import pytest

from ganatomy.errors import ConfigError
from ganatomy.functions import import_function, one_line


def test_a_function_is_found_by_its_name() -> None:
    assert import_function("math:sqrt", "extractor") is math.sqrt


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no_such_module:f", "cannot import 'no_such_module' of segmenter 'no_such_module:f': ModuleNotFoundError: No"),
        (":f", "cannot import '' of segmenter ':f': ValueError: Empty module name; PYTHONPATH must hold its folder"),
        ("math:absent", "segmenter 'math:absent': math has no function 'absent'; look at the spelling"),
        ("math:pi", "segmenter 'math:pi': math has no function 'pi'; look at the spelling"),
    ],
)
def test_what_is_no_function_is_refused(name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        import_function(name, "segmenter")


@pytest.mark.parametrize(
    ("error", "line"),
    [(ValueError("one\ntwo"), "ValueError: one"), (KeyError(), "KeyError"), (OSError(" "), "OSError")],
)
def test_errors_are_told_in_one_line(error: Exception, line: str) -> None:
    assert one_line(error) == line
