"""Whether the segmenter was made for the images that a generator was dissected on."""

from ganatomy.dissect.domain.check import DomainCheck, check_domain, nearest_kind, num_checked, sample_confidence
from ganatomy.dissect.domain.files import check_dissection, domain_results, write_domain
from ganatomy.dissect.domain.words import said, warning

__all__ = [
    "DomainCheck",
    "check_dissection",
    "check_domain",
    "domain_results",
    "nearest_kind",
    "num_checked",
    "said",
    "sample_confidence",
    "warning",
    "write_domain",
]
