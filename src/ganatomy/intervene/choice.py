"""Which units an edit takes: the best ones of a concept, as a dissection ranked them."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from torch import nn

from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.hooks import find_layer
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json


def read_dissection(run: Run, generator: nn.Module, layer: str) -> dict[str, Any]:
    """Return the unit table of a dissected layer.

    Raises:
        LayerNotFound: the generator has no such layer.
        IncompatibleRun: the layer has not been dissected.
    """
    find_layer(generator, layer)
    path = run.path / "dissect" / layer / "units.json"
    if not path.exists():
        raise IncompatibleRun(
            f"layer '{layer}' of {run.path} has not been dissected; run: ganatomy dissect {run.path} --layers {layer}"
        )
    table: dict[str, Any] = read_json(path)
    return table


def known_concept(concept: str, concepts: tuple[str, ...]) -> str:
    """Return the concept.

    Raises:
        ConfigError: the segmenter does not know it; the message offers the nearest one.
    """
    if concept not in concepts:
        nearest = get_close_matches(concept, concepts, n=1)
        hint = f"did you mean '{nearest[0]}'?" if nearest else f"choose from {', '.join(concepts)}"
        raise ConfigError(f"no concept '{concept}'; {hint}")
    return concept


def best_units(table: Mapping[str, Any], concept: str, top: int) -> tuple[int, ...]:
    """Return the `top` units of the highest IoU with a concept, best first.

    Args:
        table: the layer's `units.json`.
        concept: one of its concepts.
        top: how many units.

    Raises:
        ConfigError: there is no such concept, or fewer units are ranked for it.
    """
    known_concept(concept, tuple(table["concepts"]))
    ranked = table["ranking"].get(concept, [])
    if len(ranked) < top:
        enough = f"give --top {len(ranked)} or less" if ranked else f"choose from {', '.join(table['ranking'])}"
        raise ConfigError(
            f"{len(ranked)} units of layer '{table['layer']}' are ranked for '{concept}', not {top}; {enough}"
        )
    return tuple(row["unit"] for row in ranked[:top])
