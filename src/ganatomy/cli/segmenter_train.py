"""`ganatomy segmenter train`: a segmenter of the user's own concepts."""

from ganatomy.config.segmenter_train import SegmenterTrainConfig
from ganatomy.progress import Progress
from ganatomy.segment.training import session
from ganatomy.segment.training.session import TrainedSegmenter


def train_segmenter(config: SegmenterTrainConfig, progress: Progress) -> dict[str, object]:
    """Train, measure on what was held out, write the weights, and return the figures.

    Raises:
        KeyboardInterrupt: Ctrl-C; the training was saved.
        GanatomyError: as for `ganatomy.segment.training.session.train_segmenter`.
    """
    trained = session.train_segmenter(config, progress)
    progress.line(f"dissect with it: ganatomy dissect RUN --segmenter trained --segmenter-weights {trained.weights}")
    return {
        "weights": str(trained.weights),
        "steps": trained.steps,
        "seconds": round(trained.seconds, 1),
        "trained_on": trained.num_trained_on,
        **_figures(trained),
    }


def _figures(trained: TrainedSegmenter) -> dict[str, object]:
    """Return the figures as tables: each concept's IoU at each size, and means beside the trivial answer's."""
    measured = trained.held_out
    shares = next(iter(measured.values())).share
    concepts = [
        {"concept": name, "share": shares[index], **{f"iou_{size}": of.iou[index] for size, of in measured.items()}}
        for index, name in enumerate(trained.concepts)
    ]
    sizes = [
        {
            "image_size": size,
            "mean_iou": of.mean_iou,
            "trivial_mean_iou": of.trivial_mean_iou,
            "accuracy": of.accuracy,
            "trivial_accuracy": of.trivial_accuracy,
        }
        for size, of in measured.items()
    ]
    most = trained.concepts[max(range(len(shares)), key=shares.__getitem__)]
    return {
        "held_out": trained.num_held_out,
        "trivial_answer": f"{most} everywhere",
        "held_out_concepts": concepts,
        "held_out_means": sizes,
    }
