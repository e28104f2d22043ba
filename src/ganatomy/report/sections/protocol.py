"""The section of the protocol: what is needed to make the numbers again, and to know which may be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from ganatomy.report.sections.layers import Layer

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ProtocolView:
    """How the layers were dissected, and the run's settings and environment as text."""

    layers: tuple[Layer, ...]
    tables: tuple[tuple[str, Rows], ...]
    """Each with its title; none without rows."""
    is_grown: bool
    """Whether there are settings by which the run was grown."""


def protocol_view(layers: Sequence[Layer], settings: Rows, environment: Rows, origin: Rows = ()) -> ProtocolView:
    """Return the protocol for the page.

    Args:
        layers: those that were dissected.
        settings: of the run, as names and values.
        environment: in which it was grown, the same way.
        origin: where it came from if it was not grown, the same way.
    """
    tables = (
        ("Where the generator came from", origin),
        ("Settings of the run", settings),
        ("Environment", environment),
    )
    return ProtocolView(tuple(layers), tuple((title, rows) for title, rows in tables if rows), bool(settings))
