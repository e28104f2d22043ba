"""`ganatomy compare`: E-GAN and its controls, each under the same seeds, and whether evolution helped."""

from typing import Any

from ganatomy.compare.plan import Plan
from ganatomy.compare.results import Results
from ganatomy.compare.session import compare_arms
from ganatomy.compare.table import advantage_rows, answers
from ganatomy.config.compare import CompareConfig
from ganatomy.progress import Progress
from ganatomy.report.compared.files import write_figures
from ganatomy.runs.layout import COMPARISON, COMPARISON_FIGURE, COMPARISON_PICTURE, COMPARISON_SAMPLES, COMPARISON_TABLE
from ganatomy.runs.records.estimates import finite

FILES = COMPARISON, COMPARISON_FIGURE, COMPARISON_PICTURE, COMPARISON_TABLE, COMPARISON_SAMPLES


def compare(config: CompareConfig, progress: Progress) -> dict[str, Any]:
    """Grow every arm under every seed, draw the comparison, and return the verdicts and the files written.

    Raises:
        KeyboardInterrupt: Ctrl-C came; every run is saved and the comparison can be resumed.
        GanatomyError: as for `ganatomy.compare.session.compare_arms`.
    """
    compared = compare_arms(config, progress)
    write_figures(compared, progress)
    return _summary(compared.plan, compared.results)


def _summary(plan: Plan, results: Results) -> dict[str, Any]:
    return {
        "comparison": str(plan.path),
        "verdict": answers(results),
        **({"advantages": rows} if (rows := advantage_rows(results)) else {}),
        "scores": [
            {
                "arm": arm.name,
                "generations": arm.generations,
                **{metric.name: finite(metric.arms[index].mean.mean) for metric in results.metrics},
            }
            for index, arm in enumerate(plan.arms)
        ],
        **({"diverged": list(results.failures)} if results.failures else {}),
        "files": [str(plan.path / name) for name in FILES if (plan.path / name).exists()],
    }
