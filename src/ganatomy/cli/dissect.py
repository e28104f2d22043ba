"""`ganatomy dissect`: units x concepts of the layers of a run's generator."""

from ganatomy.config.dissect import DissectConfig
from ganatomy.dissect.files import PROFILE, write_dissection
from ganatomy.dissect.layers import DissectionProtocol, dissect_layers
from ganatomy.progress import Progress
from ganatomy.runs.directory import open_run
from ganatomy.runs.weights import load_image_generator
from ganatomy.segment.load import load_segmenter


def run(config: DissectConfig, progress: Progress) -> dict[str, object]:
    """Dissect the layers, write tables and cards into the run, and return the summary.

    Raises:
        GanatomyError: the run, a layer or the segmenter is not what was asked for.
    """
    directory = open_run(config.run)
    generator = load_image_generator(directory, config.weights, config.device)
    segmenter = load_segmenter(config.segmenter, config.segmenter_weights, config.input_size, config.device)
    protocol = DissectionProtocol(
        num_images=config.num_images,
        seed=config.seed,
        grid=(config.grid, config.grid) if config.grid else None,
        batch_size=config.batch_size,
        top=config.top,
    )
    dissections = dissect_layers(generator, segmenter, config.layers, protocol, progress)
    settings = {
        "segmenter": config.segmenter,
        "segmenter_weights": config.segmenter_weights and str(config.segmenter_weights),
        "input_size": config.input_size,
    }
    write_dissection(directory, generator, segmenter, dissections, protocol, settings, progress)
    return {
        "run": str(directory.path),
        "segmenter": segmenter.name,
        "num_images": config.num_images,
        "profile": PROFILE,
        "layers": [
            {
                "layer": report.layer,
                "units": len(report.units),
                "interpretable": report.interpretable,
                "profile": PROFILE,
                "concepts": [f"{name} {count}" for name, count, _ in report.concept_counts()],
            }
            for report in (dissection.report for dissection in dissections)
        ],
    }
