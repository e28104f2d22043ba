"""What is found among the words of a command line before they are parsed."""

import pytest

from ganatomy.cli.words import after, given_code, settings_file


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (["--config", "a.json"], "a.json"),
        (["--config=a.json", "--seed", "1"], "a.json"),
        (["--config"], None),
        (["--config", "--seed"], None),
        (["--configs", "a.json"], None),
        ([], None),
    ],
)
def test_the_value_of_an_option(words: list[str], value: str | None) -> None:
    assert after("--config", words) == value


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (["--config", "a.json"], "a.json"),
        (["--resume", "runs/a"], "runs/a/config.json"),
        (["--resume=runs/a", "--seed", "1"], "runs/a/config.json"),
        (["--seed", "1"], None),
    ],
)
def test_the_file_that_settings_start_from(words: list[str], file: str | None) -> None:
    assert settings_file(words) == file


def test_names_of_code_count_only_after_their_options() -> None:
    words = ["--extractor=a:b", "--second_segmenter", "c:d", "--segmenter", "scenes", "--name", "e:f", "--segmenter"]
    assert given_code(words) == {"a:b", "c:d", "scenes", "--"}
