"""Settings as JSON and back, through cattrs; every file carries the version of its schema.

The schema is 1, but for a dataclass that has another `SCHEMA`; files of schema 1 it still reads, by `from_schema_1`.
Reading is strict: an unknown key, a missing one or a value of another type is an error that names its
place. `3.5` is no int and `1` is no bool, but `3` is a float.
"""

import json
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import cattrs
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn

from ganatomy.config.imports import refuse_code
from ganatomy.config.parts import settings_of, unknown_setting
from ganatomy.errors import ConfigError, GanatomyError

T = TypeVar("T")


def to_json(config: object) -> dict[str, Any]:
    """Return the JSON-able dict of a config dataclass, with `"schema"` as its first key."""
    return {"schema": schema_of(type(config)), **_CONVERTER.unstructure(config)}


def flat_json(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return each value of a settings file by the name of its setting, whichever part it stands in.

    Args:
        data: what the file holds, of any schema.
    """
    values = {}
    for name, value in data.items():
        values.update(flat_json(value) if isinstance(value, Mapping) else {name: value})
    return values


def schema_of(kind: type) -> int:
    """Return the version of the schema in which settings of this kind are written."""
    return int(getattr(kind, "SCHEMA", 1))


def from_json(kind: type[T], data: object, source: str = "settings") -> T:
    """Return the config of type `kind` that `to_json` wrote.

    Args:
        kind: A config dataclass.
        data: Parsed JSON; keys left out take their defaults.
        source: What to call the settings in an error message, such as their file's name.

    Raises:
        ConfigError: `data` is no object, is of another schema, has an unknown key, lacks a required
            one, or a value is of another type or refused by the config itself.
    """
    if not isinstance(data, dict):
        raise ConfigError(f"{source}: settings are {type(data).__name__}, not a JSON object")
    schema, newest = data.get("schema"), schema_of(kind)
    is_old = schema in range(1, newest)
    if not is_old and schema != newest:
        readable = " or ".join(map(str, range(1, newest + 1)))
        raise ConfigError(f"{source}: schema is {schema!r}; this release reads schema {readable}")
    settings = {key: value for key, value in data.items() if key != "schema"}
    try:
        return _CONVERTER.structure(_upgraded(kind, settings) if is_old else settings, kind)
    except cattrs.BaseValidationError as group:
        problems = [_problem(error, kind, is_old) for error in _leaves(group)]
        raise ConfigError(f"{source}: {'; '.join(problems)}") from group
    except ConfigError as error:
        raise ConfigError(f"{source}: {error}") from error


def read_config(kind: type[T], path: Path, given: Collection[str] | None = ()) -> T:
    """Return the config of type `kind` in the JSON file `path`.

    Args:
        kind: A config dataclass.
        path: The file.
        given: Names `module:function` that the user has given himself; the file may name no others. None takes any
            name, where nothing is imported by it or the caller refuses it later.

    Raises:
        ConfigError: The file is no JSON, does not fit `kind` (see `from_json`), or names code to import.
        OSError: The file cannot be read.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError(f"{path}: no JSON ({error})") from error
    config = from_json(kind, data, str(path))
    if given is not None:
        refuse_code(config, str(path), given)
    return config


def structured(kind: type[T], data: Any) -> T:
    """Return the dataclass that a JSON object without a schema stands for.

    Raises:
        ConfigError: an unknown key, a missing one or a value of another type; the message names its place.
    """
    try:
        return _CONVERTER.structure(data, kind)
    except cattrs.BaseValidationError as group:
        raise ConfigError("; ".join(_problem(error, kind, False) for error in _leaves(group))) from group


def unstructured(record: object) -> dict[str, Any]:
    """Return the JSON object without a schema that a dataclass is written as."""
    plain: dict[str, Any] = _CONVERTER.unstructure(record)
    return plain


def _upgraded(kind: Any, settings: dict[str, Any]) -> Any:
    return kind.from_schema_1(settings)


def _exactly(value: Any, expected: type) -> Any:
    if type(value) is not expected:
        raise TypeError(f"{value!r} is no {expected.__name__}")
    return value


def _number(value: Any, _: type) -> float:
    if type(value) not in (int, float):
        raise TypeError(f"{value!r} is no number")
    if not math.isfinite(value):
        raise TypeError(f"{value!r} is no finite number")
    return float(value)


def _choice(value: Any, kind: Any) -> Any:
    if value not in get_args(kind):
        raise TypeError(f"{value!r} is unknown; accepted: {', '.join(map(repr, get_args(kind)))}")
    return value


def _made_of(origin: Any) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is origin


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)

    def sequence(value: Any, kind: Any) -> tuple[Any, ...]:
        kinds = get_args(kind)
        if not isinstance(value, list | tuple):
            raise TypeError(f"{value!r} is no list")
        if kinds[-1] is Ellipsis:
            kinds = kinds[:1] * len(value)
        if len(kinds) != len(value):
            raise TypeError(f"{value!r} has {len(value)} values; {len(kinds)} are accepted")
        return tuple(map(converter.structure, value, kinds))

    def table(value: Any, kind: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise TypeError(f"{value!r} is no object")
        of_keys, of_values = get_args(kind)
        return {converter.structure(k, of_keys): converter.structure(v, of_values) for k, v in value.items()}

    def whole(kind: Any) -> Callable[[Any, Any], Any]:
        build = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

        def structure(value: Any, _: Any) -> Any:
            if not isinstance(value, dict):
                raise TypeError(f"{value!r} is no object")
            return build(value, kind)

        return structure

    converter.register_structure_hook_factory(is_dataclass, whole)
    for kind in (bool, int, str):
        converter.register_structure_hook(kind, _exactly)
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(Path, lambda value, _: Path(_exactly(value, str)))
    converter.register_structure_hook_func(_made_of(Literal), _choice)
    converter.register_structure_hook_func(_made_of(tuple), sequence)
    converter.register_structure_hook_func(_made_of(dict), table)
    converter.register_unstructure_hook(Path, str)
    return converter


_CONVERTER = _converter()


def _leaves(error: BaseException) -> list[BaseException]:
    """Return the single errors of a nested group, each with its notes about where it happened."""
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    leaves = [leaf for child in error.exceptions for leaf in _leaves(child)]
    for leaf in leaves:
        for note in _notes(error):
            leaf.add_note(note)
    return leaves


def _notes(error: BaseException) -> list[Any]:
    return getattr(error, "__notes__", [])


def _problem(error: BaseException, kind: type, is_flat: bool) -> str:
    """Return what is wrong, and where: in a file of schema 1, the name of the setting, else the parts before it too."""
    if isinstance(error, ForbiddenExtraKeysError):
        return "; ".join(_unknown(key, error.cl, kind) for key in sorted(error.extra_fields))
    if isinstance(error, GanatomyError):
        return str(error)
    names = [str(note.name) for note in reversed(_notes(error)) if hasattr(note, "name")]
    if isinstance(error, KeyError):
        return f"no value for {error.args[0]!r}"
    return f"{'.'.join(names[-1:] if is_flat else names) or kind.__name__}: {error}"


def _unknown(key: str, part: type, kind: type) -> str:
    """Return what to say of a key that a part of settings has not: it may be that of another part."""
    if setting := settings_of(kind).get(key):
        return f"unknown key {key!r}; did you mean {'.'.join((*setting.parts, key))!r}?"
    return unknown_setting(key, tuple(field.name for field in fields(part)))
