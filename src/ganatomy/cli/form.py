"""The options of a command, made of its settings: what most people need first, then a group for each part.

Options are named by the settings alone, `--batch-size` wherever the batch size stands, so that settings can move from
part to part and commands stay as they are.
"""

import ast
import inspect
from collections.abc import Mapping
from dataclasses import MISSING, field, fields, is_dataclass, make_dataclass
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Annotated, Any

from tyro.conf import OmitArgPrefixes, arg

from ganatomy.config.common import CommonOptions
from ganatomy.config.parts import Setting, flat, settings_of

GROUPS = {"base": "", "options": "metric", "networks": "network", "objectives": "objective"}
"""What to call the options of a part, where that is not its name; "" shows them among the first."""


def form_of(kind: type, base: object | None) -> type:
    """Return a dataclass from which tyro makes the options of a command.

    Args:
        kind: the dataclass of its settings; `FIRST` in it names those that help shows first.
        base: settings that stand where no option is given; None takes the defaults.
    """
    defaults = flat(base) if base is not None else _defaults(kind)
    groups: dict[str, list[Setting]] = {"": []}
    first = getattr(kind, "FIRST", ())
    for setting in settings_of(kind).values():
        groups.setdefault("" if setting.name in first else _group(setting), []).append(setting)
    groups[""].sort(key=lambda setting: first.index(setting.name) if setting.name in first else len(first))
    options = {name: [_option(one, defaults) for one in settings] for name, settings in groups.items()}
    rest = [(f"{name}_options", _grouped(name, options[name], groups[name][0].owner)) for name in options if name]
    common = ("common", Annotated[CommonOptions, arg(name="")], field(default=CommonOptions()))
    return make_dataclass("Form", [*options[""], *rest, common], kw_only=True)


def filled_in(form: object) -> tuple[dict[str, Any], CommonOptions]:
    """Return the value of every setting by its name, and the common options, of a form that tyro has filled in."""
    values = {one.name: getattr(form, one.name) for one in fields(form)}  # type: ignore[arg-type]
    common = values.pop("common")
    for name in [name for name, value in values.items() if is_dataclass(value)]:
        values.update(flat(values.pop(name)))
    return values, common


def _group(setting: Setting) -> str:
    """Return the group that an option stands in."""
    part = setting.parts[-1] if setting.parts else ""
    return GROUPS.get(part, part)


def _grouped(name: str, options: list[Any], part: type) -> Any:
    """Return the type of a group of options, under a title of its own, but with flags without it."""
    summary = inspect.cleandoc(part.__doc__ or "").partition("\n\n")[0]
    group = make_dataclass(f"{name.title()}Options", options, kw_only=True)
    return Annotated[group, arg(name=name, help=summary), OmitArgPrefixes]


def _option(setting: Setting, defaults: Mapping[str, Any]) -> Any:
    """Return the field of a form for a setting; one without a default has to be given."""
    owner: Any = setting.owner
    about = docstrings(owner)[setting.name]
    flag = setting.name.rstrip("_") if setting.name.endswith("_") else None  # `as_` is --as, a word of Python's own
    described: Any = Annotated[setting.hint, arg(name=flag, help=about)]
    default = field(default=defaults[setting.name]) if setting.name in defaults else field()
    return setting.name, described, default


def _defaults(kind: type) -> dict[str, Any]:
    """Return the default of every setting that has one."""
    values: dict[str, Any] = {}
    for one in fields(kind):
        if one.default is not MISSING:
            values[one.name] = one.default
        elif one.default_factory is not MISSING:
            values |= flat(one.default_factory())
    return values


@cache
def docstrings(kind: type) -> dict[str, str]:
    """Return the docstring under each field of a dataclass, as one line."""
    (stated,) = ast.parse(dedent(inspect.getsource(kind))).body
    body = stated.body if isinstance(stated, ast.ClassDef) else []
    found = {}
    for before, one in pairwise(body):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(one, ast.Expr)
            and isinstance(one.value, ast.Constant)
        ):
            found[before.target.id] = " ".join(str(one.value.value).split())
    return found
