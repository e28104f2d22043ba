"""What is looked for among the words of a command line before its options are parsed."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from ganatomy.config.imports import CODE_SETTINGS, option_of


def after(option: str, words: Sequence[str]) -> str | None:
    """Return the value of `option` among `words`, or None where it has none.

    >>> after("--config", ["--seed", "1", "--config=a.json"])
    'a.json'
    """
    for word, following in pairwise([*words, "--"]):
        name, is_joined, value = word.partition("=")
        value = value if is_joined else following
        if name == option and not value.startswith("-"):
            return value
    return None


def settings_file(words: Sequence[str]) -> str | None:
    """Return the file that settings start from, if there is one: such a file cannot have code imported."""
    resumed = after("--resume", words)
    return after("--config", words) if resumed is None else str(Path(resumed) / "config.json")


def given_code(words: Sequence[str]) -> set[str]:
    """Return the names `module:function` that `words` give themselves.

    >>> given_code(["runs/a", "--segmenter", "mine:segment", "--name", "x:y"])
    {'mine:segment'}
    """
    options = {option_of(setting) for setting in CODE_SETTINGS}
    given = set()
    for word, following in pairwise([*words, "--"]):
        name, is_joined, value = word.partition("=")
        if name.replace("_", "-") in options:
            given.add(value if is_joined else following)
    return given
