"""The colours in which masks are painted, each with the name of its concept."""

import json
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganatomy.data.concept_names import parse_concepts
from ganatomy.errors import DataError

UNKNOWN = -1
"""The place of a colour that is not in the table."""
FORM = "write a line `R G B name` for each colour, such as `128 64 128 road`"


@dataclass(frozen=True)
class ColourTable:
    """Names by colour; the place of each is its value."""

    colours: tuple[tuple[int, int, int], ...]
    names: tuple[str, ...]

    def values(self, pixels: NDArray[np.uint8]) -> NDArray[np.int32]:
        """Return the place of each pixel's colour, (h, w).

        Args:
            pixels: (h, w, 3) RGB.

        Raises:
            DataError: a colour is not in the table.
        """
        codes = pixels.astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32)
        known = np.array([(red << 16) | (green << 8) | blue for red, green, blue in self.colours], np.int32)
        order = np.argsort(known)
        places = order[np.searchsorted(known, codes, sorter=order).clip(max=len(known) - 1)]
        strange = np.unique(codes[known[places] != codes])
        if len(strange):
            red, green, blue = (int(strange[0]) >> shift & 255 for shift in (16, 8, 0))
            others = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
            raise DataError(
                f"the colour {red} {green} {blue}{others} is not in the table of {len(self.colours)} colours; add a "
                "line for it, or save the mask without smoothing and loss"
            )
        values: NDArray[np.int32] = places.astype(np.int32)
        return values


def parse_colours(text: str, source: str) -> ColourTable:
    """Return the table in a file of colours.

    Args:
        text: a line for each colour, three numbers of 0 to 255 before or after its name, with spaces, tabs or commas
            between; or a JSON object of names to lists of three numbers, where `source` ends with `.json`.
        source: the file's name, for messages.

    Raises:
        DataError: it is no such table, a colour comes twice, or its names are not those of concepts.
    """
    rows = _json_rows(text, source) if source.lower().endswith(".json") else _rows(text, source)
    colours = [colour for colour, _ in rows]
    wrong = [colour for colour in colours if max(colour) > 255]
    twice = [colour for colour in colours if colours.count(colour) > 1]
    if wrong or twice:
        said = f"{' '.join(map(str, (wrong or twice)[0]))} {'is no colour of 0 to 255' if wrong else 'comes twice'}"
        raise DataError(f"{source}: {said}; {FORM}, each once")
    return ColourTable(tuple(colours), parse_concepts("\n".join(name for _, name in rows), f"{source}, its names"))


def _rows(text: str, source: str) -> list[tuple[tuple[int, int, int], str]]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        words = re.split(r"[\s,;]+", line.strip())
        if not any(words):
            continue
        before, after = words[:3], words[-3:]
        if len(words) > 3 and all(map(str.isdecimal, before)):
            rows.append((_colour(before), " ".join(words[3:])))
        elif len(words) > 3 and all(map(str.isdecimal, after)):
            rows.append((_colour(after), " ".join(words[:-3])))
        elif rows:  # or else the heading of columns
            raise DataError(f"{source}: line {number} is {line.strip()!r}; {FORM}")
    return rows


def _json_rows(text: str, source: str) -> list[tuple[tuple[int, int, int], str]]:
    try:
        table = json.loads(text)
    except ValueError as error:
        raise DataError(f"{source} is not JSON ({error}); {FORM}") from error
    colours = table.values() if isinstance(table, dict) else [None]
    if not all(
        isinstance(one, list) and len(one) == 3 and all(type(x) is int and x >= 0 for x in one) for one in colours
    ):
        raise DataError(
            f'{source} is not a JSON object of names and colours; write one such as {{"road": [128, 64, 128]}}'
        )
    return [(_colour(colour), name) for name, colour in table.items()]


def _colour(numbers: list[str] | list[int]) -> tuple[int, int, int]:
    red, green, blue = map(int, numbers)
    return red, green, blue
