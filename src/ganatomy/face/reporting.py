"""One offline page: of a run or a comparison, or of what was found in a generator in memory."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ganatomy.dissect.classes.files import write_classes
from ganatomy.dissect.domain import write_domain
from ganatomy.dissect.files import write_dissection
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.face.causes import Causes
from ganatomy.face.dissection import Dissected
from ganatomy.face.editing import Edited
from ganatomy.face.repairing import Repaired
from ganatomy.intervene.ace.files import cause_record, write_cause
from ganatomy.intervene.files import write_edit
from ganatomy.intervene.repair.files import write_repair
from ganatomy.models.classes import class_of
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.report.page import write_report
from ganatomy.report.targets import write_page
from ganatomy.runs.directory import Run
from ganatomy.runs.manifest import Manifest, Origin, create_imported

Result = Dissected | Edited | Causes | Repaired

SEGMENTER: dict[str, Any] = {
    "segmenter_weights": None,
    "input_size": None,
    "segmenter_concepts": [],
    "segmenter_options": [],
}
"""What is told of a segmenter in memory beside its name: nothing, for the page opens none."""


def report(target: Path | str, *results: Result, progress: Progress | bool | None = None) -> Path:
    """Write one HTML file that works offline, and return its path.

    Args:
        target: the directory of a run or a comparison, whose report is written into it; or, with results, the HTML
            file to write.
        results: what `dissect`, `edit`, `ablate`, `ace` and `repair` returned for one generator.
        progress: as for `dissect`.

    Raises:
        ConfigError: results are given that are none, or the target is no HTML file.
        IncompatibleRun: there is no such run, a comparison is not finished, the results are of different generators,
            or theirs has changed since.
        DataError: a file of the run that cannot be read.
    """
    path, told = Path(target), shown_progress(progress)
    if not results:
        return write_page([path], told)
    if path.suffix not in (".html", ".htm") or path.is_dir():
        raise ConfigError(f"target is {str(path)!r}; with results give the HTML file to write, such as 'tree.html'")
    _require_results(results)
    with TemporaryDirectory() as folder:
        run = _as_run(Path(folder), path.stem, results, told)
        return write_report(run.path, told, output=path, suggests=False)


def _require_results(results: Sequence[Result]) -> None:
    """Return if the results are those of one generator."""
    for result in results:
        if not isinstance(result, Result):
            raise ConfigError(
                f"a {type(result).__name__} is no result; give what dissect, edit, ablate, ace and repair return"
            )
    if len({result.fingerprint for result in results}) > 1:
        raise IncompatibleRun("the results are of generators of different weights; write a report of each")
    if fingerprint(_looked_at(results[0])) != results[0].fingerprint:
        raise IncompatibleRun("the generator's weights have changed since; do all of it again")


def _looked_at(result: Result) -> GeneratorNetwork:
    """Return the generator in which a result was found: of a repair the one that was given."""
    return result.source if isinstance(result, Repaired) else result.generator


def _as_run(out: Path, name: str, results: Sequence[Result], progress: Progress) -> Run:
    """Return a run directory, as `ganatomy import` makes one, that holds the results."""
    generator = _looked_at(results[0])
    origin = Origin("imported", f"from Python: {type(generator).__name__}")
    numbered = create_imported(
        out, name, Manifest(origin, image_size=generator.image_size, class_names=generator.class_names)
    )
    run = Run(numbered.path.rename(out / name))
    for result in results:
        generator = _looked_at(result)  # of one class, or of another than the first was found in
        if isinstance(result, Dissected):
            write_dissection(
                run,
                generator,
                result.segmenter,
                result.dissection,
                result.protocol,
                result.fingerprint,
                SEGMENTER | {"segmenter": result.segmenter.name},
                progress,
            )
            write_domain(run, result.domain, result.segmenter, result.protocol, result.fingerprint)
            if result.classes is not None:
                loaded = SEGMENTER | {"segmenter": result.segmenter.name}
                found = (result.classes, result.dissection, result.segmenter, loaded)
                write_classes(run, *found, result.fingerprint, result.protocol.seed)
        elif isinstance(result, Causes):
            for cause in result.values():
                told = (result.fingerprint, result.segmenter, result.schedule, result.protocol, class_of(generator))
                write_cause(run, cause_record(cause, result.layer, *told))
        elif isinstance(result, Repaired):
            write_repair(run, generator, result.found, result.of)
        else:
            write_edit(run, generator, result.prepared, result.measured, result.pictured, result.protocol)
    return run
