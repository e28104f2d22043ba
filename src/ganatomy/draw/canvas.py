"""What all inline SVG figures have in common: the frame, its axes and the legend.

Figures are 400 units wide, so that their text stays readable where a phone shows them at 350 pixels, and
carry a title and a description for readers who cannot see them. Colours are CSS classes of the page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from ganatomy.draw.scales import Scale, text_width, tick_text, ticks

WIDTH, HEIGHT = 400, 226
LEFT, RIGHT, TOP, BOTTOM = 64, 10, 8, 40
LEGEND_ROW = 22
FONT = "'DejaVu Sans', Verdana, Arial, Helvetica, sans-serif"
"""Of figures that stand alone; written as an attribute, since rasterisers do not know the shorthand `font`."""


@dataclass(frozen=True)
class Figure:
    """A figure with its title and caption; `key` is unique in the page and names its file."""

    key: str
    title: str
    svg: Markup
    caption: str


@dataclass(frozen=True)
class Axis:
    """What the horizontal axis counts."""

    label: str
    moment: str = ""
    """The time of a sample grid that it shows, `generation` or `seconds`: the page's script moves a marker along it."""
    per_unit: float = 1.0
    """How many of that make one on the axis, 60 where seconds are shown as minutes."""
    least: float = 0.0
    """The smallest step between ticks."""


GENERATION = Axis("generation", "generation", least=1.0)


@dataclass(frozen=True)
class Key:
    """An entry of a legend: a line or, without, a dot."""

    name: str
    colour: str
    line: bool = False
    dashed: bool = False


def scales(x: tuple[float, float], y: tuple[float, float]) -> tuple[Scale, Scale]:
    """Return the scales of both axes inside the frame, for values from low to high."""
    air = 0.0 if x[1] > x[0] else 0.5
    return Scale(x[0] - air, x[1] + air, LEFT, WIDTH - RIGHT), Scale(y[0], y[1], HEIGHT - BOTTOM, TOP)


def axes(x: Scale, y: Scale, axis: Axis, unit: str, text: Callable[[float], str] = tick_text) -> Markup:
    """Return grid lines, ticks and labels.

    Args:
        x: the horizontal scale.
        y: the vertical scale.
        axis: what the horizontal axis counts.
        unit: label of the vertical axis.
        text: how its values are written.
    """
    floor = HEIGHT - BOTTOM
    parts = [
        Markup('<path class="grid" d="M{} {:.1f}H{}"/><text x="{}" y="{:.1f}" class="end">{}</text>').format(
            LEFT, y(value), WIDTH - RIGHT, LEFT - 6, y(value) + 4, text(value)
        )
        for value in ticks(y.low, y.high, 5)
    ]
    parts += [
        Markup('<text x="{:.1f}" y="{}" class="mid">{}</text>').format(x(value), floor + 16, tick_text(value))
        for value in ticks(x.low, x.high, 7, least=axis.least)
    ]
    parts.append(Markup('<path class="axis" d="M{} {}H{}"/>').format(LEFT, floor, WIDTH - RIGHT))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(Markup('<text x="{}" y="{}" class="mid label">{}</text>').format(middle, HEIGHT - 6, axis.label))
    turned = '<text class="mid label" transform="translate(10 {}) rotate(-90)">{}</text>'
    parts.append(Markup(turned).format((TOP + floor) / 2, unit))
    return Markup("").join(parts)


def percent_text(fraction: float) -> str:
    """Return a fraction as it stands at a tick, in percent."""
    return f"{tick_text(100 * fraction)} %"


def svg(
    key: str,
    title: str,
    description: str,
    height: float,
    keys: Sequence[Key],
    body: Markup,
    x: Scale | None = None,
    axis: Axis = GENERATION,
) -> Markup:
    """Return the legend above the body.

    Args:
        key: unique in the page; names the title and description.
        title: what the figure shows.
        description: its message in words, for readers who cannot see it.
        height: of the body.
        keys: the legend.
        body: what is drawn.
        x: scale along which the page's script can move a marker; None leaves the marker out.
        axis: what `x` counts.
    """
    legend, above = _legend(keys)
    span, marker = Markup(""), Markup("")
    if x and axis.moment:
        span = Markup(' data-moment="{}" data-low="{}" data-high="{}" data-start="{}" data-end="{}"').format(
            axis.moment, x.low * axis.per_unit, x.high * axis.per_unit, x.start, x.end
        )
        marker = Markup('<path class="marker" d="M0 {}V{}"/>').format(TOP, height - BOTTOM)
    return Markup(
        '<svg class="figure" viewBox="0 0 {w} {h:g}" role="img" aria-labelledby="{k}-t {k}-d"{span}>'
        '<title id="{k}-t">{t}</title><desc id="{k}-d">{d}</desc>'
        '{legend}<g transform="translate(0 {above:g})">{body}{marker}</g></svg>'
    ).format(
        w=WIDTH, h=height + above, k=escape(key), span=span, t=title, d=description, legend=legend, above=above,
        body=body, marker=marker,
    )  # fmt: skip


def _legend(keys: Sequence[Key]) -> tuple[Markup, float]:
    """Return the legend, wrapped into as many rows as it needs, and its height."""
    parts, left, top = [], 4.0, 0.0
    for key in keys:
        indent = 23.0 if key.line else 14.0
        width = indent + text_width(key.name)
        if left > 4.0 and left + width > WIDTH:
            left, top = 4.0, top + LEGEND_ROW
        if key.line:
            mark = Markup('<path class="line {}{}" d="M{:.1f} {}h18"/>')
            parts.append(mark.format(key.colour, " dashed" * key.dashed, left, top + 12))
        else:
            parts.append(
                Markup('<circle class="key {}" cx="{:.1f}" cy="{}" r="4.5"/>').format(key.colour, left + 5, top + 12)
            )
        parts.append(Markup('<text x="{:.1f}" y="{}">{}</text>').format(left + indent, top + 16, key.name))
        left += width + 13
    return Markup("").join(parts), top + LEGEND_ROW
