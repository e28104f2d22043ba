"""A page on which units are marked by hand: the top samples of each, a box to tick, and the command that takes them.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 4.3: artifact units are found by looking at the images
that activate each unit most.
"""

import base64
import hashlib
import shlex
from dataclasses import dataclass
from pathlib import Path

import jinja2
import numpy as np
from markupsafe import Markup
from PIL import Image

from ganatomy.data.grids import image_grid
from ganatomy.draw.files import styles
from ganatomy.intervene.repair.repairing import Repair
from ganatomy.intervene.repair.scores import Method, UnitScores
from ganatomy.report.images import Picture, embed
from ganatomy.runs.files import replacing

TEMPLATES = Path(__file__).parent / "templates"
SHOWN = 8
"""Top samples of each unit."""
SIDE = 64
"""Least side of an image in pixels."""
PAGE_BYTES, MOST_BYTES = 5_000_000, 14_000
"""Of all strips together, and of one."""
SORTED_BY: Method = "nearest"
"""The method whose suspects come first."""


@dataclass(frozen=True)
class Card:
    """One unit to be marked or not."""

    unit: int
    strip: Picture
    said: str
    """Which methods nominate it."""
    is_off: bool
    """Whether it is off in the repaired generator."""


def write_marking(found: Repair, run: Path, path: Path) -> Path:
    """Write the page and return its path.

    Args:
        found: units and their top samples.
        run: the run as a command line names it.
        path: the file to write.
    """
    script = (TEMPLATES / "marking.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    html = environment.get_template("marking.html.j2").render(
        layer=found.layer,
        cards=cards_of(found),
        shown=min(SHOWN, found.top.shape[1]),
        command=f"ganatomy repair {shlex.quote(str(run))} --layer {shlex.quote(found.layer)} --units",
        style=Markup(styles()),
        script=Markup(script),
        script_hash=digest,
    )
    with replacing(path) as partial:
        partial.write_text(html, encoding="utf-8")
    return path


def cards_of(found: Repair) -> tuple[Card, ...]:
    """Return the units that are ever active, those whose top samples are farthest from real ones first."""
    by_method = {one.method: one for one in found.scores}
    order = _order(by_method[SORTED_BY])
    budget = min(MOST_BYTES, PAGE_BYTES // max(1, len(order)))
    pixels = found.bench.baseline.images.cpu().numpy()
    return tuple(
        Card(
            unit,
            embed(_strip(pixels[found.top[unit, :SHOWN].numpy()]), budget),
            ", ".join(one.method for one in found.scores if unit in one.candidates),
            unit in found.units,
        )
        for unit in order
    )


def _order(scores: UnitScores) -> list[int]:
    values = scores.values
    return [int(unit) for unit in np.argsort(-values, kind="stable") if np.isfinite(values[unit])]


def _strip(images: np.ndarray) -> Image.Image:
    size = images.shape[1]
    times = max(1, SIDE // size)
    return image_grid(images.repeat(times, 1).repeat(times, 2), len(images))
