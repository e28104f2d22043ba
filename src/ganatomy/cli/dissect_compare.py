"""Several runs of `ganatomy dissect`: dissected alike, then compared in tables and figures."""

from typing import Any

from ganatomy.config.dissect import DissectConfig
from ganatomy.dissect.comparison import Comparison
from ganatomy.dissect.domain import domain_results
from ganatomy.dissect.session import dissect_runs
from ganatomy.progress import Progress
from ganatomy.report.compared.dissections import dissection_figures
from ganatomy.report.export import write_drawn
from ganatomy.runs.layout import DISSECTIONS, DISSECTIONS_PAGE


def dissect_and_compare(config: DissectConfig, progress: Progress) -> dict[str, Any]:
    """Dissect every run, as far as that is not done, write the comparison, and return what it says.

    Raises:
        GanatomyError: as for `ganatomy.dissect.session.dissect_runs`.
    """
    compared = dissect_runs(config, progress)
    folder, comparison = compared.folder, compared.comparison
    drawn = dissection_figures(folder.name, comparison)
    figures = write_drawn({figure.key: figure for figure in drawn}, folder, progress)
    files = [folder / DISSECTIONS, folder / DISSECTIONS_PAGE, *figures]
    return {
        "comparison": str(folder),
        "segmenter": compared.segmenter,
        "num_images": config.num_images,
        "profile": config.profile,
        "domains": {name: domain_results(check) for name, check in compared.domains.items()},
        "layers": _rows(comparison),
        "files": [str(path) for path in files],
    }


def _rows(comparison: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "layer": row.layer,
            "run": row.run,
            "units": row.units,
            "interpretable": row.interpretable.value,
            "low": row.interpretable.low,
            "high": row.interpretable.high,
            "by place": row.by_place,
            "by area": row.by_area,
            "concepts": row.concepts.value,
            "of most units": [f"{one.concept} {one.units}" for one in row.shown[:5]],
        }
        for row in comparison.rows
    ]
