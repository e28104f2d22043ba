"""`ganatomy paint`: the page on which a generator's pictures are painted in."""

from ganatomy.config.paint import PaintConfig
from ganatomy.progress import Progress
from ganatomy.web.serving import paint_run


def paint(config: PaintConfig, progress: Progress) -> dict[str, object]:
    """Serve the page until Ctrl-C, and return what was painted in.

    Raises:
        GanatomyError: as for `ganatomy.web.serving.paint_run`.
    """
    opened = paint_run(config, progress)
    return {"run": str(config.run), "layer": opened.layer}
