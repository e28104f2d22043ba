"""`ganatomy export`: a run's generator for use elsewhere."""

from ganatomy.config.export import ExportConfig
from ganatomy.export.session import export_run
from ganatomy.progress import Progress
from ganatomy.web.onefile import WITH_PAGE


def export(config: ExportConfig, progress: Progress) -> dict[str, object]:
    """Export the generator and return its files and how exactly they give the same images.

    Raises:
        GanatomyError: as for `ganatomy.export.session.export_run`.
    """
    exported = export_run(config, progress, WITH_PAGE)
    record = exported.record
    edit = {} if record.edit is None else {"edit": record.edit.title, "edit_is_in": record.edit.way}
    return {
        "export": str(exported.folder),
        "weights": record.weights,
        "precision": record.precision,
        **edit,
        "files": [{"file": file.name, "megabytes": round(file.bytes / 1e6, 3)} for file in record.files],
        "checks": [
            {"of": row.of, "difference": row.difference, "allowed": row.tolerance, "images": row.num_images}
            for row in record.checks
        ],
    }
