"""Which units an intervention takes, and which segmenter: what a dissection or a search for causes found."""

from collections.abc import Sequence

from torch import nn

from ganatomy.config.jsonable import unstructured
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.hooks import find_layer
from ganatomy.intervene.controls import carriers
from ganatomy.intervene.steps import Agreement
from ganatomy.models.fingerprint import made_by
from ganatomy.runs.directory import Run, slug
from ganatomy.runs.layout import ACE, DISSECT, UNITS
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.effects import Ranking
from ganatomy.runs.records.reading import read_record
from ganatomy.runs.records.units import UnitTable
from ganatomy.segment.concepts import known_concept, listed


def read_dissection(run: Run, generator: nn.Module, layer: str) -> UnitTable:
    """Return the unit table of a dissected layer.

    Raises:
        LayerNotFound: the generator has no such layer.
        DataError: the table is of another schema, or not what it should be.
        IncompatibleRun: the layer has not been dissected, or with other weights than the generator has now.
    """
    find_layer(generator, layer)
    path = run.path / DISSECT / layer / UNITS
    command = f"ganatomy dissect {run.path} --layers {layer}"
    if not path.exists():
        raise IncompatibleRun(f"layer '{layer}' of {run.path} has not been dissected; run: {command}")
    table = read_record(UnitTable, path)
    if not made_by(generator, table.generator):
        raise IncompatibleRun(
            f"layer '{layer}' of {run.path} was dissected with other weights than these; give the same --weights, "
            f"or if it was trained since, run again: {command}"
        )
    return table


def best_units(table: UnitTable, concept: str, top: int) -> tuple[int, ...]:
    """Return the `top` units of the highest IoU with a concept, best first.

    Args:
        table: the layer's `units.json`.
        concept: one of its concepts.
        top: how many units, 1 or more.

    Raises:
        ConfigError: there is no such concept, fewer units are ranked for it, or none are asked for.
    """
    if top < 1:
        raise ConfigError(f"top is {top}; give 1 or more units")
    ranking = {name: ranked for name, ranked in table.ranking.items() if ranked}
    found = sorted(ranking, key=lambda name: -ranking[name][0].iou)
    known_concept(concept, found + [name for name in table.concepts if name not in ranking])
    ranked = ranking.get(concept, ())
    if len(ranked) < top:
        others = f"choose from {listed(found)}" if found else "none are for any concept: the segmenter sees none"
        enough = f"give --top {len(ranked)} or less" if ranked else others
        raise ConfigError(
            f"{len(ranked)} units of layer '{table.layer}' are ranked for '{concept}', not {top}; {enough}"
        )
    return tuple(row.unit for row in ranked[:top])


def ranked_units(
    run: Run, generator: nn.Module, table: UnitTable, concept: str, top: int, by: Ranking
) -> tuple[int, ...]:
    """Return the `top` units of a dissected layer for a concept, best first.

    Raises:
        GanatomyError: as for `best_units`, or by alpha as for `ace_units`.
    """
    if by == "ace":
        return ace_units(run, table.layer, concept, top, generator)
    return best_units(table, concept, top)


def dissected_segmenter(run: Run, generator: nn.Module, layers: Sequence[str]) -> SegmenterChoice:
    """Return the segmenter that layers were dissected with.

    Args:
        run: the run.
        generator: whose layers they are.
        layers: one or more.

    Raises:
        ConfigError: they were dissected with different segmenters.
        GanatomyError: as for `read_dissection`.
    """
    tables = [read_dissection(run, generator, layer) for layer in layers]
    if len({table.fingerprint for table in tables}) > 1:
        raise ConfigError(
            f"layers {', '.join(layers)} of {run.path} were dissected with different segmenters; say with --segmenter "
            "which one is to measure the edit"
        )
    source = str(run.path / DISSECT / layers[0] / UNITS)
    return SegmenterChoice.from_record(unstructured(tables[0].segmenter_settings), source)


def agreement_of(table: UnitTable, concept: str, units: Sequence[int]) -> Agreement:
    """Return how well units agree with a concept: whether an edit of them can be about it.

    Args:
        table: the layer's `units.json`.
        concept: any.
        units: their numbers.
    """
    iou = {row.unit: row.iou for row in table.ranking.get(concept, ())}
    labelled = {row.unit for row in table.units if row.interpretable and row.concept == concept}
    ious = tuple(iou.get(unit, 0.0) for unit in units)
    return Agreement(ious, len(labelled.intersection(units)), carriers(table, concept))


def ace_units(run: Run, layer: str, concept: str, top: int, generator: nn.Module | None = None) -> tuple[int, ...]:
    """Return the `top` units of the highest alpha for a concept, best first, as `ganatomy ace` found them.

    Args:
        run: the run.
        layer: dotted module name.
        concept: whose causes were found.
        top: how many units, 1 or more.
        generator: whose units they are to be; None where the weights are known to be the same.

    Raises:
        ConfigError: the layer has fewer units, or none are asked for.
        DataError: the causes are of another schema, or not what they should be.
        IncompatibleRun: the causes were not found yet, or with other weights than the generator has now.
    """
    path = run.path / ACE / layer / f"{slug(concept)}.json"
    command = f"ganatomy ace {run.path} --layer {layer} --concepts {concept}"
    if not path.exists():
        raise IncompatibleRun(
            f"the causes of '{concept}' in layer '{layer}' of {run.path} have not been found; run: {command}"
        )
    record = read_record(CauseRecord, path)
    if generator is not None and not made_by(generator, record.generator):
        raise IncompatibleRun(
            f"the causes of '{concept}' in layer '{layer}' of {run.path} were found with other weights than these; "
            f"give the same --weights, or if it was trained since, run again: {command}"
        )
    if not 1 <= top <= len(record.ranking):
        raise ConfigError(f"top is {top}; layer '{layer}' has {len(record.ranking)} units, give 1 to as many")
    return record.ranking[:top]
