"""`ganatomy paint`: the page on which a generator's pictures are painted in."""

from ganatomy.config.paint import PaintConfig
from ganatomy.progress import Progress
from ganatomy.web.opening import open_to_paint
from ganatomy.web.serving import serving


def paint(config: PaintConfig, progress: Progress) -> dict[str, object]:
    """Serve the page until Ctrl-C, and return what was painted in.

    Raises:
        GanatomyError: as for `ganatomy.web.opening.open_to_paint` and `ganatomy.web.serving.serving`.
    """
    opened = open_to_paint(config, progress)
    with serving(opened, config.port) as served:
        for note in opened.notes_of(opened.layer):
            progress.line(note)
        progress.line(f"painting in {opened.layer}: {served.link} (Ctrl-C ends it)")
        served.run(config.open)
    return {"run": str(config.run), "layer": opened.layer}
