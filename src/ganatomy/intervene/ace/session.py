"""The causes of concepts of a run: those that are not there yet found, and written into it as they are found."""

from dataclasses import dataclass, replace
from pathlib import Path

from torch import nn

from ganatomy.config.ace import AceConfig
from ganatomy.intervene.ace.causes import find_causes
from ganatomy.intervene.ace.files import cause_file, cause_record, kept_cause, write_cause
from ganatomy.intervene.ace.protocol import AceProtocol
from ganatomy.intervene.ace.schedule import SCHEDULES
from ganatomy.intervene.choice import dissected_segmenter, read_dissection
from ganatomy.intervene.rankings import recorded_scores
from ganatomy.models.classes import class_of
from ganatomy.models.fingerprint import fingerprint
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run, open_run_to_write
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.units import UnitTable
from ganatomy.runs.weights import load_image_generator
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.load import load_choice
from ganatomy.segment.probabilities import require_probability
from ganatomy.segment.protocol import Segmenter


@dataclass(frozen=True)
class FoundCause:
    """The causes of one concept, and where they are written."""

    record: CauseRecord
    file: Path
    is_kept: bool
    """Found by an earlier call, with the same settings."""


def find_run_causes(config: AceConfig, progress: Progress) -> tuple[FoundCause, ...]:
    """Return the causes of concepts in a run, in the order asked for; each is written as soon as it is found.

    Args:
        config: all settings.
        progress: told of every image segmented.

    Raises:
        GanatomyError: the run, its dissection, the layer, the segmenter or a concept is not what was asked for.
    """
    run = open_run_to_write(config.run)
    generator = load_image_generator(run, config.weights, config.device, config.of_class)
    table = read_dissection(run, generator, config.layer)
    choice = config.segmenter_choice or dissected_segmenter(run, generator, [config.layer])
    segmenter = load_choice(choice, config.device)
    require_probability(segmenter)
    for concept in config.concepts:
        known_concept(concept, segmenter.concepts)
    protocol, made_by = protocol_of(config), fingerprint(generator)
    found = {
        concept: FoundCause(record, cause_file(run, config.layer, concept), True)
        for concept in config.concepts
        if (record := kept_cause(run, config.layer, concept, made_by, segmenter, protocol, class_of(generator)))
    }
    found |= _new(config, run, generator, segmenter, table, protocol, tuple(found), progress)
    return tuple(found[concept] for concept in config.concepts)


def protocol_of(config: AceConfig) -> AceProtocol:
    """Return the protocol that settings ask for."""
    schedule = SCHEDULES[config.schedule]
    return AceProtocol(
        replace(schedule, pool=config.pool or schedule.pool, steps=config.steps or schedule.steps),
        config.top,
        config.num_images,
        config.random_sets,
        config.curve_images,
        config.specificity,
        config.compat_insertion_bug,
        config.seed,
        config.batch_size,
    )


def _new(
    config: AceConfig,
    run: Run,
    generator: nn.Module,
    segmenter: Segmenter,
    table: UnitTable,
    protocol: AceProtocol,
    kept: tuple[str, ...],
    progress: Progress,
) -> dict[str, FoundCause]:
    """Find, write and return the causes of the concepts that are not kept."""
    scores = {concept: recorded_scores(table, concept) for concept in config.concepts if concept not in kept}
    found: dict[str, FoundCause] = {}
    if not scores:
        return found
    for cause in find_causes(generator, segmenter, config.layer, scores, protocol, progress):
        told = (fingerprint(generator), segmenter, config.schedule, protocol, class_of(generator))
        record = cause_record(cause, config.layer, *told)
        found[cause.concept] = FoundCause(record, write_cause(run, record), False)
    return found
