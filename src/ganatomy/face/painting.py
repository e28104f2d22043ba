"""The page on which a generator's pictures are painted in."""

from pathlib import Path

from ganatomy.config.paint import PaintConfig
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.web.serving import paint_run


def paint(
    run: Path | str,
    layer: str | None = None,
    *,
    port: int = 0,
    open: bool = True,
    value_images: int = 200,
    segmenter: str | None = None,
    segmenter_weights: Path | str | None = None,
    weights: str = "ema",
    device: str = "cpu",
    progress: Progress | bool | None = None,
) -> None:
    """Serve the page on which a run's pictures are painted in, to this machine alone, until Ctrl-C or an interrupt.

    Args:
        run: the run directory.
        layer: the layer to begin with; None takes the dissected one whose units show most concepts.
        port: on 127.0.0.1; 0 takes any that is free.
        open: open the page in the browser.
        value_images: samples on which it is found what units are where a concept is.
        segmenter: name of what tells the concepts of each pixel; None takes that of the dissection.
        segmenter_weights: file or folder with its weights.
        weights: as for `load`.
        device: where to compute.
        progress: as for `dissect`; it says the link.

    Raises:
        ConfigError: the port is taken, or the segmenter cannot be had.
        CheckpointError: the weights are missing, or do not fit the architecture.
        IncompatibleRun: there is no run, or it makes points in the plane.
        LayerError: there is no such layer, or nothing to paint in it.
    """
    own = None if segmenter_weights is None else Path(segmenter_weights)
    config = PaintConfig(Path(run), layer, port, open, value_images, segmenter, own, weights=weights, device=device)
    paint_run(config, shown_progress(progress))
