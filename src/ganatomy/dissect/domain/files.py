"""The file of the domain check: `dissect/domain.json`."""

from typing import Any

import numpy as np

from ganatomy.dissect.domain.check import APART, LESS_SURE, DomainCheck, check_domain, look_again
from ganatomy.dissect.domain.words import said, warning
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import DOMAIN
from ganatomy.runs.records.areas import DistanceRow
from ganatomy.runs.records.domain import DomainRecord, DomainRule, KindRow, SeenRow
from ganatomy.runs.records.estimates import EstimateRow
from ganatomy.runs.records.reading import write_record
from ganatomy.seeds import stream_seed
from ganatomy.segment.areas import Floats
from ganatomy.segment.protocol import Segmenter

_DIGITS = 4


def check_dissection(
    generator: GeneratorNetwork, segmenter: Segmenter, areas: Floats | None, protocol: DissectionProtocol
) -> DomainCheck:
    """Return whether a segmenter was made for the images that a generator was dissected on.

    Args:
        generator: what was dissected.
        segmenter: what it was dissected by.
        areas: (n, k) of the samples that units were scored on; None takes those of the samples that are checked.
        protocol: what they were scored on.
    """
    confidence, seen = look_again(generator, segmenter, protocol, with_areas=areas is None)
    rng = np.random.default_rng(stream_seed(protocol.seed, "domain/bootstrap"))
    return check_domain(segmenter, confidence, seen if areas is None else areas, generator.image_size, rng)


def write_domain(
    run: Run, check: DomainCheck, segmenter: Segmenter, protocol: DissectionProtocol, generator_fingerprint: str
) -> DomainRecord:
    """Write `dissect/domain.json` into a run, in place of an earlier one, and return what it holds.

    Args:
        run: where to.
        check: what was found.
        segmenter: what the images were looked at by.
        protocol: what units were scored on.
        generator_fingerprint: of what made the images.
    """
    record = DomainRecord(
        segmenter=segmenter.name,
        fingerprint=segmenter.fingerprint,
        seed=protocol.seed,
        num_images=check.num_images,
        num_concepts=check.num_concepts,
        confidence=_rounded(check.confidence),
        seen=tuple(SeenRow(one.concept, one.area, one.made_for) for one in check.seen),
        made_for=_kind(check),
        less_sure=None if check.less_sure is None else EstimateRow.of(check.less_sure.value, check.less_sure.interval),
        areas=None if check.apart is None else DistanceRow(**_distance(check)),
        rule=DomainRule(LESS_SURE, APART),
        differs=check.differs,
        said=said(check),
        warning=warning(check),
        generator=generator_fingerprint,
    )
    write_record(run.path / DOMAIN, record)
    return record


def domain_results(check: DomainCheck) -> dict[str, Any]:
    """Return the check as a command tells it beside its other results."""
    return {
        "said": said(check),
        "differs": check.differs,
        "confidence": None if check.confidence is None else float(check.confidence.mean()),
        "confidence_made_for": None if check.made_for is None else float(check.made_for.confidence.mean()),
        "less_sure": None if check.less_sure is None else check.less_sure.value,
        "less_sure_interval": None if check.less_sure is None else list(check.less_sure.interval),
        "areas_apart": None if check.apart is None else check.apart.value,
    }


def _distance(check: DomainCheck) -> dict[str, Any]:
    assert check.apart is not None
    return {**vars(check.apart), "is_beyond_chance": check.apart.is_beyond_chance}


def _kind(check: DomainCheck) -> KindRow | None:
    kind = check.made_for
    return None if kind is None else KindRow(kind.name, kind.image_size, _rounded(kind.confidence) or ())


def _rounded(confidence: Floats | None) -> tuple[float, ...] | None:
    return None if confidence is None else tuple(np.round(confidence, _DIGITS).tolist())
