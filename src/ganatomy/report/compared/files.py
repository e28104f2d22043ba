"""The pictures of a comparison, written beside its table."""

from pathlib import Path

from ganatomy.compare.session import ComparedArms
from ganatomy.draw.files import rasteriser, standalone
from ganatomy.errors import MissingExtra
from ganatomy.progress import SILENT, Progress
from ganatomy.report.compared.growth import draw_comparison
from ganatomy.report.compared.samples import draw_samples
from ganatomy.runs.files import replacing
from ganatomy.runs.layout import COMPARISON_FIGURE, COMPARISON_PICTURE, COMPARISON_SAMPLES


def write_figures(compared: ComparedArms, progress: Progress = SILENT) -> None:
    """Write the figure, as SVG and as PNG, and the samples of all arms; without a rasteriser the PNG is left out."""
    path, figure = compared.plan.path, standalone(draw_comparison(compared.plan, compared.results))
    with replacing(path / COMPARISON_FIGURE) as partial:
        partial.write_text(figure, encoding="utf-8")
    _write_picture(path / COMPARISON_PICTURE, figure, progress)
    samples = draw_samples(compared.plan)
    if samples is not None:
        with replacing(path / COMPARISON_SAMPLES) as partial:
            samples.save(partial, format="PNG", optimize=True)


def _write_picture(path: Path, figure: str, progress: Progress) -> None:
    try:
        content = rasteriser()(figure)
    except MissingExtra as error:
        progress.line(f"{path.name} is left out: {error}")
        return
    with replacing(path) as partial:
        partial.write_bytes(content)
