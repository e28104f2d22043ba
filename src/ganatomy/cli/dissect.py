"""`ganatomy dissect`: units x concepts of the layers of a generator, of several, or of all kept generations of one."""

from typing import Any

from ganatomy.cli import dissect_compare, dissect_history
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.session import dissect_run
from ganatomy.progress import Progress
from ganatomy.runs.directory import open_run
from ganatomy.runs.weights import load_image_generator
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.protocol import Segmenter


def run(config: DissectConfig, progress: Progress) -> dict[str, Any]:
    """Dissect the layers, write tables and cards into the run, and return the summary.

    Raises:
        GanatomyError: a run, a layer or the segmenter is not what was asked for.
    """
    runs = [open_run(path) for path in config.runs]
    segmenter = _load(config.segmenter_choice, config.device)
    second = _load(config.second_choice, config.device) if config.second_choice else None
    protocol = DissectionProtocol(
        num_images=config.num_images,
        seed=config.seed,
        grid=(config.grid, config.grid) if config.grid else None,
        batch_size=config.batch_size,
        top=config.top,
        blocks=config.blocks,
        misaligned=config.misaligned,
    )
    if config.history:
        return dissect_history.run(config, runs[0], segmenter, protocol, progress)
    if len(runs) > 1:
        return dissect_compare.run(config, runs, segmenter, second, protocol, progress)
    generator = load_image_generator(runs[0], config.weights, config.device)
    dissection = dissect_run(config, runs[0], generator, config.layers, segmenter, protocol, progress, second=second)
    return {
        "run": str(runs[0].path),
        "segmenter": segmenter.name,
        "num_images": config.num_images,
        "profile": config.profile,
        "layers": [
            {
                "layer": report.layer,
                "units": len(report.units),
                "interpretable": report.interpretable,
                "by chance": sum(unit.explained_by is not None for unit in report.units),
                "profile": config.profile,
                "concepts": [f"{name} {count}" for name, count, _ in report.concept_counts()],
            }
            for report in (layer.report for layer in dissection.layers)
        ],
    }


def _load(choice: SegmenterChoice, device: str) -> Segmenter:
    return load_segmenter(choice.name, choice.weights, choice.input_size, device, choice.concepts, choice.options)
