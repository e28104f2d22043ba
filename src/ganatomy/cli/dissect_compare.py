"""Several runs of `ganatomy dissect`: dissected alike, then compared in tables and figures."""

from collections.abc import Sequence
from typing import Any

from ganatomy.config.dissect import DissectConfig
from ganatomy.config.jsonable import to_json
from ganatomy.dissect.comparison import Comparison, as_json, compare_dissections, names_of
from ganatomy.dissect.comparison_page import write_page
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.session import dissect_run
from ganatomy.errors import IncompatibleRun, LayerNotFound
from ganatomy.hooks import find_layer
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.progress import Progress
from ganatomy.report.dissections import dissection_figures
from ganatomy.report.export import write_drawn
from ganatomy.runs.directory import Run, create_run
from ganatomy.runs.files import replacing, write_json
from ganatomy.runs.weights import load_image_generator
from ganatomy.segment.protocol import Segmenter

COMPARISON, PAGE = "comparison.json", "comparison.md"


def run(
    config: DissectConfig,
    runs: Sequence[Run],
    segmenter: Segmenter,
    second: Segmenter | None,
    protocol: DissectionProtocol,
    progress: Progress,
) -> dict[str, Any]:
    """Dissect every run, as far as that is not done, write the comparison, and return what it says.

    Raises:
        IncompatibleRun: images are of different sizes and no grid is given.
        LayerNotFound: a layer is in none of the runs, or a run has none of the layers.
        GanatomyError: as for a single run.
    """
    names = names_of([one.path for one in runs])
    generators = [load_image_generator(one, config.weights, config.device) for one in runs]
    if protocol.grid is None:
        _require_one_size(dict(zip(names, generators, strict=True)))
    layers = _layers_of(dict(zip(names, generators, strict=True)), config.layers)
    for number, (name, one, generator) in enumerate(zip(names, runs, generators, strict=True), 1):
        progress.line(f"{number} of {len(runs)}  dissecting {name}")
        dissect_run(config, one, generator, layers[name], segmenter, protocol, progress, second=second, anew=False)
    comparison = compare_dissections([one.path for one in runs], config.layers)
    folder = create_run(config.out, config.name, to_json(config)).path
    write_json(folder / COMPARISON, as_json(comparison))
    with replacing(folder / PAGE) as partial:
        partial.write_text(write_page(folder.name, comparison), encoding="utf-8")
    figures = write_drawn(dissection_figures(folder.name, comparison), folder, progress)
    files = [folder / COMPARISON, folder / PAGE, *figures]
    return {
        "comparison": str(folder),
        "segmenter": segmenter.name,
        "num_images": config.num_images,
        "profile": config.profile,
        "layers": _rows(comparison),
        "files": [str(path) for path in files],
    }


def _require_one_size(generators: dict[str, LayeredGenerator]) -> None:
    sizes = {name: generator.image_size for name, generator in generators.items()}
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{name} {size} px" for name, size in sizes.items())
        raise IncompatibleRun(f"images are of different sizes: {said}; give --grid, so that masks of one size compare")


def _layers_of(generators: dict[str, LayeredGenerator], layers: Sequence[str]) -> dict[str, list[str]]:
    """Return the layers that each generator has."""
    failed: dict[str, LayerNotFound] = {}
    found: dict[str, list[str]] = {name: [] for name in generators}
    for name, generator in generators.items():
        for layer in layers:
            try:
                find_layer(generator, layer)
                found[name].append(layer)
            except LayerNotFound as error:
                failed[layer] = error
        if not found[name]:
            raise LayerNotFound(f"{name} has none of the layers: {failed[layers[0]]}")
    for layer in layers:
        if not any(layer in there for there in found.values()):
            raise failed[layer]
    return found


def _rows(comparison: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "layer": row.layer,
            "run": row.run,
            "units": row.units,
            "interpretable": row.interpretable.value,
            "low": row.interpretable.low,
            "high": row.interpretable.high,
            "by place": row.by_place,
            "by area": row.by_area,
            "concepts": row.concepts.value,
            "of most units": [f"{one.concept} {one.units}" for one in row.shown[:5]],
        }
        for row in comparison.rows
    ]
