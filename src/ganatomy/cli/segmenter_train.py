"""`ganatomy segmenter train`: a segmenter of the user's own concepts."""

from ganatomy.config.segmenter_train import SegmenterTrainConfig
from ganatomy.progress import Progress
from ganatomy.segment.training import session


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
        "held_out": trained.num_held_out,
        "trivial_answer": f"{trained.trivial_answer} everywhere",
        "held_out_concepts": trained.concept_rows(),
        "held_out_means": trained.mean_rows(),
    }
