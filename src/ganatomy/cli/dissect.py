"""`ganatomy dissect`: units x concepts of the layers of a generator, of several, or of all kept generations of one."""

from typing import Any

from ganatomy.cli.classes import class_row, class_tables
from ganatomy.cli.dissect_compare import dissect_and_compare
from ganatomy.cli.dissect_history import dissect_generations
from ganatomy.cli.results import not_written
from ganatomy.config.dissect import DissectConfig
from ganatomy.dissect.domain import domain_results
from ganatomy.dissect.session import dissect_run
from ganatomy.progress import Progress


def dissect(config: DissectConfig, progress: Progress) -> dict[str, Any]:
    """Dissect the layers, write tables and cards into the run, and return the summary.

    Raises:
        GanatomyError: a run, a layer or the segmenter is not what was asked for.
    """
    if config.history:
        return dissect_generations(config, progress)
    if len(config.runs) > 1:
        return dissect_and_compare(config, progress)
    dissected = dissect_run(config, progress)
    return {
        "run": str(dissected.run.path),
        "segmenter": dissected.segmenter,
        **class_row(dissected.of_class),
        "num_images": config.num_images,
        "profile": config.profile,
        "domain": domain_results(dissected.domain),
        "layers": [
            {
                "layer": report.layer,
                "units": len(report.units),
                "interpretable": report.interpretable,
                "by_chance": sum(unit.explained_by is not None for unit in report.units),
                "profile": config.profile,
                "concepts": [{"concept": name, "units": count} for name, count, _ in report.concept_counts()],
            }
            for report in (layer.report for layer in dissected.dissection.layers)
        ],
        **class_tables(dissected.classes),
        **not_written(dissected.failures),
    }
