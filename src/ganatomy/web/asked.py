"""What is asked of the server: the JSON that is posted, and the numbers of a query, each checked."""

import json
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.requests import Request

from ganatomy.config.jsonable import structured
from ganatomy.errors import ConfigError, DataError

T = TypeVar("T")


@dataclass(frozen=True)
class EditRequest:
    """A picture that is asked for."""

    edit: dict[str, Any]
    revision: int = 0
    """Comes back with the answer, so that a page knows which edit it is of."""


@dataclass(frozen=True)
class ManyRequest:
    """The same edit on other samples."""

    edit: dict[str, Any]
    ids: tuple[int, ...]
    before: bool = False
    """Whether strokes are left out."""
    revision: int = 0


@dataclass(frozen=True)
class SaveRequest:
    """An edit to be kept as a test."""

    name: str
    edit: dict[str, Any] = field(default_factory=dict)


async def read(request: Request, kind: type[T]) -> T:
    """Return what was posted.

    Args:
        request: the request.
        kind: a dataclass, of what is expected.

    Raises:
        DataError: it is no JSON, or not what is expected.
    """
    try:
        content = json.loads(await request.body(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise DataError(f"what was posted is no JSON ({error})") from None
    if not isinstance(content, dict):
        raise DataError(f"what was posted is a {type(content).__name__}, not a JSON object")
    try:
        return structured(kind, content)
    except ConfigError as error:
        raise DataError(f"what was posted is not as it should be: {error}") from None


def whole_number(request: Request, name: str, default: int) -> int:
    """Return a number of the query.

    Raises:
        DataError: it is none.
    """
    given = request.query_params.get(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise DataError(f"{name} is {given!r}; give a whole number")
    return int(given)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")
