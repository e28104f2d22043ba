"""Dissects layers of a generator: which concept each unit shows, scored on samples of its own.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.1. One pass: each sample is generated and segmented
once for all layers. Thresholds are chosen on the validation samples, which come first; the test samples that follow
are counted at every threshold, and block by block at those chosen, for intervals and nulls. Where the profile fixes a
top fraction, there is one threshold and no validation sample.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from ganatomy.directions import units_of
from ganatomy.dissect.counting.cache import DissectionCache, KeptLayer, content_key
from ganatomy.dissect.counting.contingency import Floats
from ganatomy.dissect.counting.counting import Counting, Keeper
from ganatomy.dissect.counting.counts import Concepts, LayerCounts
from ganatomy.dissect.counting.grid import CLAMPED, Upsampling
from ganatomy.dissect.counting.masks import category_groups
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.samples import TEST, images_digest, sample_sets
from ganatomy.dissect.scoring.profiles import ProfileName, profile_of, sharing_counts, thresholds_by
from ganatomy.dissect.scoring.units import LayerReport, report_layer
from ganatomy.errors import ConfigError
from ganatomy.models.classes import class_of
from ganatomy.models.fingerprint import fingerprint
from ganatomy.progress import SILENT, Progress
from ganatomy.seeds import stream_seed
from ganatomy.segment.protocol import Segmenter


@dataclass(frozen=True)
class LayerDissection:
    """The unit table of one layer, and the counts behind it."""

    report: LayerReport
    counts: LayerCounts
    key: str
    """Changes with anything that the counts rest on."""


@dataclass(frozen=True)
class Dissection:
    """All layers of one pass."""

    layers: tuple[LayerDissection, ...]
    areas: Floats
    """(num_images, k) part of the pixels of each test sample that shows each concept."""
    grid: tuple[int, int]
    """Rows and columns on which units and masks were compared."""
    upsampling: Upsampling = CLAMPED
    """How featuremaps were brought to them."""


def dissect_layers(
    network: nn.Module,
    segmenter: Segmenter,
    layers: Sequence[str],
    protocol: DissectionProtocol,
    progress: Progress = SILENT,
    *,
    profile: ProfileName = "paper",
    top_fraction: float | None = None,
    images: NDArray[np.uint8] | None = None,
    cache: DissectionCache | None = None,
) -> Dissection:
    """Return the dissection of layers of a generator, or of any other network that images are shown to.

    Args:
        network: in evaluation mode: a generator, (n, z_dim) latents to (n, 3, s, s) images in [-1, 1]; with `images`
            any network that takes (n, 3, h, w) images in [-1, 1], such as a classifier.
        segmenter: tells the concepts of each pixel.
        layers: dotted module names.
        protocol: what to measure on.
        progress: told of every sample.
        profile: whose concepts and thresholds the tables show; beside it stand the counts of all profiles that rest on
            the same counting.
        top_fraction: the part of its activations for which a unit is active, of profiles with one such threshold;
            None takes that of the profile.
        images: (m, h, w, 3) uint8, what the network is shown and what is segmented; None for a generator.
        cache: where an interrupted pass is kept and gone on with, and finished layers are found.

    Raises:
        LayerNotFound: no such layer.
        LayerNotRun: a layer takes no part in the forward pass.
        ConfigError: no layer or one twice, no such profile, or a top fraction that is none or does not fit the profile.
        LayerError: a layer returns something other than featuremaps (n, u, h, w).
        DataError: too few images, a segmenter that gives values beyond its concepts, or activations that are NaN or
            infinite.
    """
    if not layers or len(set(layers)) != len(layers):
        raise ConfigError(f"layers are {', '.join(layers) or 'none'}; give one or more, each once")
    concepts = Concepts(segmenter.concepts, segmenter.categories, category_groups(segmenter.categories))
    rules = profile_of(profile, top_fraction)
    alike = sharing_counts(rules)
    counted = asdict(rules.counting)
    of_class = [] if (name := class_of(network)) is None else [name]  # keys of other generators are as ever
    content = (
        fingerprint(network),
        segmenter.fingerprint,
        protocol.content(),
        images_digest(images),
        counted,
        *of_class,
    )
    keys = {layer: content_key(*content, _content_of(network, layer)) for layer in layers}
    kept: dict[str, KeptLayer] = {}
    if cache:
        found = {layer: cache.finished(layer, keys[layer]) for layer in layers}
        kept = {layer: counted for layer, counted in found.items() if counted}
    missing = [layer for layer in layers if layer not in kept]
    if missing:
        sets = sample_sets(network, protocol.seed, protocol.num_images, images)
        keeper = Keeper(cache, content_key(*content, [_content_of(network, layer) for layer in missing]))
        used = sets if rules.counting.fraction is None else {TEST: sets[TEST]}
        counting = Counting(
            network, segmenter, missing, protocol, concepts, rules.counting, thresholds_by(alike), used, keeper
        )
        kept |= counting.run(progress)
    dissected = []
    for layer in layers:
        counts = kept[layer].counts
        rng = np.random.default_rng(stream_seed(protocol.seed, f"dissect/resamples/{layer}"))
        report = report_layer(layer, counts, concepts, rules, alike, rng)
        dissected.append(LayerDissection(report, counts, keys[layer]))
    first = kept[layers[0]]
    return Dissection(tuple(dissected), first.areas, first.grid, rules.counting.upsampling(protocol))


def _content_of(network: nn.Module, layer: str) -> str:
    """Return what tells a layer from others: its name, and the directions that its units may be."""
    units = units_of(network, layer)
    return layer if units is None else f"{layer} {units.directions.digest}"
