"""The context of concepts as a whole: units of a run inserted, their effect measured, and written into the run."""

from dataclasses import dataclass
from pathlib import Path

from torch import nn

from ganatomy.config.context import ContextConfig
from ganatomy.directions import open_generator
from ganatomy.hooks import find_layer
from ganatomy.intervene.choice import agreement_of, dissected_segmenter, ranked_units, read_dissection
from ganatomy.intervene.context.effects import ConceptUnits, ContextProtocol, measure_context
from ganatomy.intervene.context.files import record_contexts, write_contexts
from ganatomy.intervene.controls import carriers
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run, open_run_to_write
from ganatomy.runs.layout import DISSECT, UNITS
from ganatomy.runs.records.context import ContextRecord
from ganatomy.runs.records.units import UnitTable
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.load import load_choice


@dataclass(frozen=True)
class MeasuredContext:
    """What was found out about concepts, and where that was written."""

    records: tuple[ContextRecord, ...]
    folder: Path
    """`context/LAYER/` in the run, with a file for each concept."""


def insert_concepts(config: ContextConfig, progress: Progress) -> MeasuredContext:
    """Insert units of a run, ablate them, write what that did into the run, and return it.

    Args:
        config: all settings.
        progress: told of every image segmented.

    Raises:
        GanatomyError: the run, its dissection, the layer, a unit or a concept is not what was asked for.
    """
    run = open_run_to_write(config.run)
    generator = open_generator(run, [config.layer], config.weights, config.device, progress, config.of_class)
    find_layer(generator, config.layer)
    choice = config.segmenter_choice or dissected_segmenter(run, generator, [config.layer])
    segmenter = load_choice(choice, config.device)
    for concept in config.concepts:
        known_concept(concept, segmenter.concepts)
    units = _units(config, run, generator)
    protocol = ContextProtocol(
        num_images=config.num_images,
        cells=config.cells,
        sizes=config.sizes,
        trace=config.trace,
        value=config.value,
        times=config.times,
        seed=config.seed,
        batch_size=config.batch_size,
    )
    found = measure_context(generator, segmenter, config.layer, units, protocol, progress)
    records = record_contexts(found, generator, segmenter, config.layer, protocol)
    return MeasuredContext(records, write_contexts(run, records))


def _units(config: ContextConfig, run: Run, generator: nn.Module) -> list[ConceptUnits]:
    """Return the units of each concept; those that carry it stay out of random sets where a dissection knows them."""
    dissected = (run.path / DISSECT / config.layer / UNITS).is_file()
    table = read_dissection(run, generator, config.layer) if dissected or not config.units else None
    if table is None:
        return [ConceptUnits(concept, config.units, len(config.units)) for concept in config.concepts]
    return [_ranked(config, run, generator, table, concept) for concept in config.concepts]


def _ranked(config: ContextConfig, run: Run, generator: nn.Module, table: UnitTable, concept: str) -> ConceptUnits:
    """Return the units of a concept in a dissected layer: those asked for, or else its best ones."""
    carrying = carriers(table, concept)
    if config.units:
        return ConceptUnits(concept, config.units, len(config.units), carrying)
    best = ranked_units(run, generator, table, concept, config.top, config.ranking)
    known = len(table.units) if config.ranking == "ace" else len(table.ranking[concept])
    most = max(config.top, min(max(config.sizes), known))
    ranking = ranked_units(run, generator, table, concept, most, config.ranking)
    return ConceptUnits(concept, ranking, config.top, carrying, agreement_of(table, concept, best).labelled)
