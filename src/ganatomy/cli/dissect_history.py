"""`ganatomy dissect --history`: what the units of one run have shown, generation by generation."""

from typing import Any

from ganatomy.config.dissect import DissectConfig
from ganatomy.dissect.history import dissect_history
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.progress import Progress
from ganatomy.report.concepts import colours_of
from ganatomy.report.export import write_drawn
from ganatomy.report.sections.history import history_view, history_weights
from ganatomy.runs.directory import Run
from ganatomy.segment.protocol import Segmenter


def run(
    config: DissectConfig, run: Run, segmenter: Segmenter, protocol: DissectionProtocol, progress: Progress
) -> dict[str, Any]:
    """Dissect the kept generations, write history and figures into the run, and return what they say.

    Raises:
        CheckpointError: the run has kept no generations.
        GanatomyError: as for a single dissection.
    """
    record = dissect_history(
        run, segmenter, config.layers, protocol, progress, profile=config.profile, device=config.device
    )
    view = history_view(record, colours_of([history_weights(record)]))
    folder = run.path / "dissect" / "history"
    write_drawn({one.key.removeprefix("history-"): one for one in view.figures}, folder, progress)
    return {
        "run": str(run.path),
        "segmenter": segmenter.name,
        "num_images": config.num_images,
        "profile": config.profile,
        "generations": [
            {
                "layer": layer["layer"],
                "generation": moment["generation"],
                "interpretable": moment["interpretable"],
                "concepts": moment["concepts"],
            }
            for layer in record["layers"]
            for moment in layer["moments"]
        ],
        "concepts": [
            {"layer": layer["layer"], **one, "lost": "no" if one["lost"] is None else one["lost"]}
            for layer in record["layers"]
            for one in layer["appearances"]
        ],
        "files": [str(run.path / "dissect" / "history.json"), str(folder)],
    }
