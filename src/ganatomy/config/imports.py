"""Settings that name code to import, `module:function`: taken from the command line and from Python, never from a file.

A run directory or a file of settings may come from anybody, and an import runs whatever the module holds.
"""

from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass

from ganatomy.errors import ConfigError

CODE_SETTINGS = ("segmenter", "second_segmenter", "extractor", "module")
"""Settings whose value may be `module:function`, each the name of its option."""


def names_code(name: str) -> bool:
    """Return whether a segmenter or an extractor of that name is imported.

    >>> names_code("mine:segment"), names_code("scenes"), names_code("hf:folder")
    (True, False, False)
    """
    return ":" in name and not name.startswith("hf:")


def option_of(setting: str) -> str:
    """Return the option of the command line that sets a setting."""
    return f"--{setting.replace('_', '-')}"


def refuse_code(settings: object, source: str, given: Collection[str] = ()) -> None:
    """Return if settings that were read from a file ask for no import but of what the user named himself.

    Args:
        settings: a config dataclass.
        source: the file, for the message.
        given: names that the user gave on the command line or in Python.

    Raises:
        ConfigError: they do; the message shows the name, and the option that allows it.
    """
    for setting, name in _code(settings):
        if name not in given:
            raise ConfigError(refusal(setting, name, source))


def refusal(setting: str, name: str, source: str) -> str:
    """Return what is to be said about code that a file names."""
    return (
        f"{source} names {name!r} as {setting}, which would be imported, and a file cannot have code imported: "
        f"if you know {name.partition(':')[0]!r} and trust it, give {option_of(setting)} {name} yourself"
    )


def _code(settings: object) -> Iterator[tuple[str, str]]:
    """Yield the name and value of each setting that would be imported, nested ones too."""
    if not is_dataclass(settings):
        return
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name in CODE_SETTINGS and isinstance(value, str) and names_code(value):
            yield field.name, value
        else:
            yield from _code(value)
