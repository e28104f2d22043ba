"""How good generated images are: pure functions of features, and the protocol that every score carries."""

from ganatomy.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ganatomy.metrics.extractor import Extractor as Extractor
    from ganatomy.metrics.files import read_scores as read_scores
    from ganatomy.metrics.files import write_scores as write_scores
    from ganatomy.metrics.frechet import frechet_distance as frechet_distance
    from ganatomy.metrics.inception import inception_score as inception_score
    from ganatomy.metrics.kernel import KernelDistance as KernelDistance
    from ganatomy.metrics.kernel import kernel_distance as kernel_distance
    from ganatomy.metrics.mind import monge_inception_distance as monge_inception_distance
    from ganatomy.metrics.mmd import maximum_mean_discrepancy as maximum_mean_discrepancy
    from ganatomy.metrics.modes import Modes as Modes
    from ganatomy.metrics.modes import count_modes as count_modes
    from ganatomy.metrics.names import IMAGE_METRICS as IMAGE_METRICS
    from ganatomy.metrics.names import METRICS as METRICS
    from ganatomy.metrics.names import POINT_METRICS as POINT_METRICS
    from ganatomy.metrics.names import Metric as Metric
    from ganatomy.metrics.neighbours import density_coverage as density_coverage
    from ganatomy.metrics.neighbours import precision_recall as precision_recall
    from ganatomy.metrics.paired import PairedDifference as PairedDifference
    from ganatomy.metrics.paired import paired_difference as paired_difference
    from ganatomy.metrics.protocol import Protocol as Protocol
    from ganatomy.metrics.protocol import Score as Score
    from ganatomy.metrics.protocol import require_comparable as require_comparable
    from ganatomy.metrics.scoring import Scorer as Scorer
    from ganatomy.metrics.scoring import image_scorer as image_scorer
    from ganatomy.metrics.scoring import point_scorer as point_scorer
    from ganatomy.metrics.session import ScoredRun as ScoredRun
    from ganatomy.metrics.session import ScoredRuns as ScoredRuns
    from ganatomy.metrics.session import score_runs as score_runs

_PLACES = {
    "IMAGE_METRICS": "names",
    "METRICS": "names",
    "POINT_METRICS": "names",
    "Extractor": "extractor",
    "KernelDistance": "kernel",
    "Metric": "names",
    "Modes": "modes",
    "PairedDifference": "paired",
    "Protocol": "protocol",
    "Score": "protocol",
    "ScoredRun": "session",
    "ScoredRuns": "session",
    "Scorer": "scoring",
    "count_modes": "modes",
    "density_coverage": "neighbours",
    "frechet_distance": "frechet",
    "image_scorer": "scoring",
    "inception_score": "inception",
    "kernel_distance": "kernel",
    "maximum_mean_discrepancy": "mmd",
    "monge_inception_distance": "mind",
    "paired_difference": "paired",
    "point_scorer": "scoring",
    "precision_recall": "neighbours",
    "read_scores": "files",
    "require_comparable": "protocol",
    "score_runs": "session",
    "write_scores": "files",
}

__all__ = [*_PLACES]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy(__name__, _PLACES)
