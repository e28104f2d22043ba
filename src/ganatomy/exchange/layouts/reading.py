"""What a file does not say of a chain of maps, read from the statistics of its BatchNorms or from what is customary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.layouts.chain import Link
from ganatomy.exchange.layouts.gaps import (
    EPSILONS,
    NONE,
    Fit,
    Gap,
    afforded,
    best,
    drawn_latents,
    fits_of,
    is_trained,
    normalised,
    possible_gaps,
    run_map,
    statistics_distance,
    through,
)
from ganatomy.exchange.layouts.hints import Hints, Rectifier
from ganatomy.exchange.layouts.pieces import is_container, stem_and_number
from ganatomy.models.networks.sequential import LARGEST_SIZE
from ganatomy.models.protocol import LatentLaw as Law

RELU = Rectifier("relu")


@dataclass(frozen=True)
class Between:
    """What is between two maps, and how that was found."""

    gap: Gap
    eps: float = EPSILONS[0]
    """What the BatchNorm before it adds to a variance."""
    fits: tuple[Fit, ...] = ()
    """All that was tried, where the BatchNorm behind it tells; none where it is what is customary."""


@dataclass(frozen=True)
class Reading:
    """What was found about a chain."""

    latent: Law
    laws: dict[Law, float]
    """How far the statistics behind the first map are from the file's under each distribution; none if none tells."""
    betweens: tuple[Between, ...]
    """Before the second map, before the third, ..."""
    sizes: tuple[int, ...]
    """Cells a side of what comes out of each map; 0 for values without cells."""

    def eps_behind(self, index: int) -> float:
        """Return what the BatchNorm behind a map adds to a variance."""
        return self.betweens[index].eps if index < len(self.betweens) else EPSILONS[0]


def read_chain(links: Sequence[Link], hints: Hints) -> Reading:
    """Return what is between the maps of a chain, the distribution of its latents and the sizes of its maps.

    Raises:
        ConfigError: the file leaves open what the user has to say.
        CheckpointError: no generator has such sizes.
    """
    first = links[0]
    latents = drawn_latents(first.inputs)
    laws: dict[Law, float] = {}
    if is_trained(first.norm):
        laws = {law: statistics_distance(run_map(first, z, first=True), first.norm) for law, z in latents.items()}
    latent = hints.latent or _likelier(laws)
    last_told = max((index for index, link in enumerate(links) if is_trained(link.norm)), default=0)
    x: Tensor | None = run_map(first, latents[latent], first=True) if last_told else None
    betweens: list[Between] = []
    sizes = [0 if first.direction == "linear" else first.kernel]
    for index in range(1, len(links)):
        x = None if x is None else afforded(x, links[index])
        between = _between(links, index, x, betweens, sizes[-1], hints)
        betweens.append(between)
        sizes.append(_size_behind(links[index - 1], links[index], sizes[-1], between.gap))
        if x is not None:
            before = normalised(x, links[index - 1].norm, between.eps)
            x = run_map(links[index], through(between.gap, before)) if index < last_told else None
    return Reading(latent, laws, tuple(betweens), tuple(sizes))


def _likelier(laws: Mapping[Law, float]) -> Law:
    """Return the distribution that explains the statistics better; N(0, 1) where nothing tells."""
    return "uniform" if laws and laws["uniform"] < laws["normal"] else "normal"


def _between(
    links: Sequence[Link], index: int, x: Tensor | None, known: Sequence[Between], size: int, hints: Hints
) -> Between:
    """Return what is before a map: what its BatchNorm says, else what is customary."""
    before, link = links[index - 1], links[index]
    gaps = possible_gaps(link, _missing(before, link), hints.rectifier)
    if x is not None and is_trained(link.norm):
        fits = fits_of(gaps, x, before.norm, link)
        chosen = best(fits)
        return Between(chosen.gap, chosen.eps, tuple(fits))
    rectifier = hints.rectifier or _customary_rectifier(links, known)
    gaps = [gap for gap in gaps if gap.rectifier == rectifier] or gaps
    with_cells = _size_before(before, link, size)
    eps = known[-1].eps if known and known[-1].fits else EPSILONS[0]
    return Between(_sized(gaps, links[index:], with_cells, hints), eps)


def _customary_rectifier(links: Sequence[Link], known: Sequence[Between]) -> Rectifier:
    """Return the rectifier of the maps before, or that of the published DCGAN where this is one.

    Raises:
        ConfigError: it is none, and nothing says which it has.
    """
    told = [between.gap.rectifier for between in known if between.fits and between.gap.rectifier != NONE]
    if told:
        return told[-1]
    is_published = all(link.norm is not None for link in links[:-1]) and all(
        link.direction == "transposed" and link.kernel == 4 for link in links[1:]
    )
    if is_published:
        return RELU
    raise ConfigError(
        "the file does not tell which rectifier stands between its maps, since no BatchNorm that was trained follows "
        "them; choose --rectifier relu, leaky_relu:0.2 or another"
    )


def _sized(gaps: Sequence[Gap], links: Sequence[Link], size: int, hints: Hints) -> Gap:
    """Return the gap that leads to the size of the images, where several differ in upsampling.

    Raises:
        ConfigError: that size is not known.
    """
    plain = [gap for gap in gaps if gap.upsampling is None]
    doubling = [gap for gap in gaps if gap.upsampling is not None]
    if not plain or not doubling:
        return gaps[0]
    if hints.image_size is None:
        largest = size * 2 ** len(links)
        raise ConfigError(
            f"the file does not tell how many of its convolutions come after an upsampling by 2; say how large its "
            f"images are, such as --image-size {largest} if all do"
        )
    return doubling[0] if size < hints.image_size else plain[0]


def _missing(before: Link, link: Link) -> int | None:
    """Return how many numbers are left out between what is last before a map and the map; None if not known."""
    stem, number = stem_and_number(link.piece.name)
    told = [piece for piece in (before.norm, before.piece) if piece is not None]
    numbers = [found for piece in told if (found := stem_and_number(piece.name))[0] == stem and found[1] is not None]
    if number is None or not numbers or not is_container(stem):
        return None
    return number - max(found[1] or 0 for found in numbers) - 1


def _size_before(before: Link, link: Link, size: int) -> int:
    """Return the cells a side of what a map is given, before any upsampling."""
    if before.direction == "linear" and link.direction != "linear":
        return link.side(before.outputs)
    return size


def _size_behind(before: Link, link: Link, size: int, gap: Gap) -> int:
    if link.direction == "linear":
        return 0
    size = _size_before(before, link, size) * (2 if gap.upsampling else 1)
    doubles = link.direction == "transposed" and link.kernel > 1
    if link.direction == "conv" and link.kernel % 2 == 0:
        raise CheckpointError(
            f"'{link.piece.name}' is a convolution with a kernel of {link.kernel}; odd ones are known"
        )
    size *= 2 if doubles else 1
    if size > LARGEST_SIZE:
        raise CheckpointError(f"'{link.piece.name}' would give {size} cells a side, more than {LARGEST_SIZE}")
    return size
