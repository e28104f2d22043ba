"""The section of the domain check: whether the segmenter was made for the images that the concepts are named in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ganatomy.draw import marks
from ganatomy.draw.axes import label
from ganatomy.draw.canvas import TOP, WIDTH, Figure, Key, figure
from ganatomy.draw.scales import Floats, Scale
from ganatomy.draw.text import percent_text
from ganatomy.runs.records.domain import DomainRecord

BINS = 25
BARS = 64
"""Height of the histogram."""
FOOT = 38
"""Below it, for the axis."""
MARGIN = 22
CAPTION = (
    "Images by how sure the segmenter is of them: the mean over their pixels of the probability of the most probable "
    "concept. Heights are shares of the images of each kind."
)
ALONE = "Nothing is known of the images that the segmenter was made for."


@dataclass(frozen=True)
class ShownSeen:
    """A concept and its mean areas."""

    name: str
    colour: str
    area: float
    made_for: float | None


@dataclass(frozen=True)
class DomainView:
    """Whether the segmenter was made for these images."""

    said: str
    warning: str | None
    seen: tuple[ShownSeen, ...]
    made_for: str | None
    """What images it was made for, in words."""
    less_sure: float
    apart: float
    """The limits beyond which images are called others."""
    num_images: int
    num_checked: int
    fingerprint: str
    figures: tuple[Figure, ...]


def domain_view(record: DomainRecord, colours: Mapping[str, str]) -> DomainView:
    """Return the domain check for the page.

    Args:
        record: `dissect/domain.json`.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    kind = record.made_for
    return DomainView(
        said=record.said,
        warning=record.warning,
        seen=tuple(
            ShownSeen(one.concept, colours.get(one.concept, "c-rest"), one.area, one.made_for) for one in record.seen
        ),
        made_for=None if kind is None else f"{kind.name}, {kind.image_size} px",
        less_sure=record.rule.less_sure,
        apart=record.rule.apart,
        num_images=record.num_images,
        num_checked=len(record.confidence or ()),
        fingerprint=record.fingerprint,
        figures=(confidence_figure(record.confidence, kind.confidence if kind else ()),) if record.confidence else (),
    )


def confidence_figure(confidence: Sequence[float], made_for: Sequence[float]) -> Figure:
    """Return how sure a segmenter is of images, as a histogram; those that it was made for are a line.

    Args:
        confidence: of each image, in [0, 1]; one or more.
        made_for: of images that it was made for; empty where none are known.
    """
    low = min(0.95, np.floor(10 * min([*confidence, *made_for])) / 10)
    edges = np.linspace(low, 1.0, BINS + 1)
    shares, known = _shares(confidence, edges), _shares(made_for, edges)
    x, floor = Scale(float(low), 1.0, MARGIN, WIDTH - MARGIN), TOP + BARS
    y = Scale(0.0, float(max(shares.max(), known.max())), floor, TOP)
    places = [x(float(edge)) for edge in edges]
    bars = "".join(
        marks.block(a, b, y(share), floor) for a, b, share in zip(places[:-1], places[1:], shares, strict=True) if share
    )
    body = [marks.path("area c0", bars)]
    if len(made_for):
        foot = marks.short(floor)
        steps = "".join(
            f"V{marks.short(y(share))}H{marks.short(b)}" for b, share in zip(places[1:], known, strict=True)
        )
        body.append(marks.path("outline", f"M{marks.short(x.start)} {foot}{steps}V{foot}"))
    body += _axis(x, floor)
    against = f", against {np.mean(made_for):.0%} of those that it was made for" if len(made_for) else ""
    keys = [Key("these images", "c0")] + [Key("images that it was made for", "ink", line=True)] * bool(made_for)
    return figure(
        "domain",
        "How sure the segmenter is",
        CAPTION if len(made_for) else f"{CAPTION} {ALONE}",
        body,
        description=f"Mean confidence {np.mean(confidence):.0%}{against}.",
        keys=keys,
        height=floor + FOOT,
    )


def _shares(values: Sequence[float], edges: Floats) -> Floats:
    """Return the share of the values in each bin; 0 everywhere where there are none."""
    counts: Floats = np.histogram(np.minimum(values, edges[-1]), edges)[0].astype(np.float64)
    return counts / max(1, len(values))


def _axis(x: Scale, floor: float) -> list[Markup]:
    ticks = [marks.text(x(value), floor + 16, percent_text(value), "mid") for value in x.ticks(5)]
    return [*ticks, marks.across("axis", floor, x.start, x.end), label(x, floor, "mean confidence of an image")]
