"""The generator of a run for use elsewhere."""

from pathlib import Path

from ganatomy.config.export import ExportConfig, Format, Precision
from ganatomy.export.session import Exported, export_run
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.web.onefile import WITH_PAGE


def export(
    run: Path | str,
    format: Format = "safetensors",
    out: Path | str | None = None,
    *,
    weights: str = "ema",
    precision: Precision = "fp32",
    edit: str | None = None,
    split_at: str | None = None,
    overwrite: bool = False,
    progress: Progress | bool | None = None,
) -> Exported:
    """Write a run's generator for use elsewhere, checked against the original and with a model card; return where.

    Args:
        run: the run directory.
        format: `safetensors`, a run directory of the generator alone, which `load` opens; `onnx`, graphs; `module`, a
            Python file and its weights, which need torch alone; `web`, the paint app as one file of HTML.
        out: folder to write; None writes export/FORMAT in the run.
        weights: as for `load`.
        precision: `fp16` keeps weights in half precision, in half the file; all formats compute in float32.
        edit: name or number of a folder in edits/ of the run: an edit that is made part of the generator.
        split_at: of `onnx`, a layer to divide the generator at; of `web`, the layer to paint in.
        overwrite: replace an earlier export.
        progress: as for `dissect`.

    Raises:
        ConfigError: the folder is taken, there is no such edit or format, or what was written gives other images.
        CheckpointError: the weights are missing, or do not fit the architecture.
        IncompatibleRun: there is no run, it makes points in the plane, or the edit was measured on other weights.
        LayerError: there is no layer to divide at.
        MissingExtra: ONNX is asked for and not installed.
    """
    config = ExportConfig(
        Path(run),
        format,
        None if out is None else Path(out),
        overwrite,
        weights,
        precision,
        edit,
        split_at,
    )
    return export_run(config, shown_progress(progress), WITH_PAGE)
