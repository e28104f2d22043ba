"""`ganatomy dissect --history`: what the units of one run have shown, generation by generation."""

from dataclasses import asdict
from typing import Any

from ganatomy.config.dissect import DissectConfig
from ganatomy.dissect.domain import domain_results
from ganatomy.dissect.session import follow_run
from ganatomy.progress import Progress
from ganatomy.report.concepts import colours_of
from ganatomy.report.export import write_drawn
from ganatomy.report.sections.history import history_view, history_weights
from ganatomy.runs.layout import HISTORY, HISTORY_FIGURES


def dissect_generations(config: DissectConfig, progress: Progress) -> dict[str, Any]:
    """Dissect the kept generations, write history and figures into the run, and return what they say.

    Raises:
        GanatomyError: as for `ganatomy.dissect.session.follow_run`.
    """
    followed = follow_run(config, progress)
    path, record = followed.run.path, followed.record
    view = history_view(record, colours_of([history_weights(record)]))
    folder = path / HISTORY_FIGURES
    write_drawn({one.key.removeprefix("history-"): one for one in view.figures}, folder, progress)
    return {
        "run": str(path),
        "segmenter": followed.segmenter,
        "num_images": config.num_images,
        "profile": config.profile,
        "domain": domain_results(followed.domain),
        "generations": [
            {
                "layer": layer.layer,
                "generation": moment.generation,
                "interpretable": moment.interpretable,
                "concepts": moment.concepts,
            }
            for layer in record.layers
            for moment in layer.moments
        ],
        "concepts": [
            {"layer": layer.layer, **asdict(one), "lost": "no" if one.lost is None else one.lost}
            for layer in record.layers
            for one in layer.appearances
        ],
        "files": [str(path / HISTORY), str(folder)],
    }
