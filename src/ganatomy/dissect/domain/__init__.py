"""Whether the segmenter was made for the images that a generator was dissected on."""

from ganatomy.dissect.domain.check import DomainCheck, check_domain, look_again, nearest_kind, num_checked
from ganatomy.dissect.domain.files import check_dissection, domain_results, write_domain
from ganatomy.dissect.domain.words import said, warning

__all__ = [
    "DomainCheck",
    "check_dissection",
    "check_domain",
    "domain_results",
    "look_again",
    "nearest_kind",
    "num_checked",
    "said",
    "warning",
    "write_domain",
]
