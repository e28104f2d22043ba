"""The causes of concepts in a generator in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from torch import nn

from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.face.dissection import DissectedLayer
from ganatomy.face.shown import SCREEN, as_html, as_text, rounded
from ganatomy.intervene.ace.causes import find_causes
from ganatomy.intervene.ace.protocol import AceProtocol, Cause
from ganatomy.intervene.ace.schedule import SCHEDULES, ScheduleName
from ganatomy.intervene.rankings import ConceptScores, concept_scores
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.given import as_generator
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.protocol import Segmenter
from ganatomy.tables import Row


@dataclass(frozen=True, repr=False)
class Causes(Mapping[str, Cause]):
    """The units that cause each concept, and what they do; shows itself as a table of their effects."""

    generator: GeneratorNetwork
    segmenter: Segmenter
    layer: str
    schedule: ScheduleName
    protocol: AceProtocol
    found: dict[str, Cause]
    fingerprint: str
    """Of the generator as it was opened up."""

    def __getitem__(self, concept: str) -> Cause:
        """Return the causes of one concept."""
        return self.found[known_concept(concept, tuple(self.found))]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __repr__(self) -> str:
        return as_text(self._title(), self._rows()[:SCREEN], len(self._rows()))

    def _repr_html_(self) -> str:
        return as_html(self._title(), self._rows()[:SCREEN], len(self._rows()))

    def _title(self) -> str:
        return f"{self.protocol.top} units of {self.layer} for each concept, {self.protocol.num_images} images"

    def _rows(self) -> list[Row]:
        rows: list[Row] = []
        for concept, cause in self.found.items():
            for one in cause.sets:
                effect = cause.effect(one.name)
                if effect is not None:
                    rows.append(
                        {
                            "concept": concept,
                            "units": one.name,
                            "ace": effect.at_cell.value,
                            "interval": rounded(effect.at_cell.interval),
                            "kept_when_ablated": effect.kept.value,
                            "kept_interval": rounded(effect.kept.interval),
                        }
                    )
        return rows


def ace(
    generator: nn.Module,
    layer: DissectedLayer,
    concepts: Sequence[str] | str,
    *,
    schedule: ScheduleName = "quick",
    top: int = 20,
    specificity: float = 0.0,
    compat_insertion_bug: bool = False,
    pool: int | None = None,
    steps: int | None = None,
    num_images: int = 150,
    random_sets: int = 5,
    curve_images: int = 100,
    seed: int = 0,
    batch_size: int = 32,
    progress: Progress | bool | None = None,
) -> Causes:
    """Return the units that cause concepts, by an optimised alpha, and their average causal effects.

    Args:
        generator: any generator of images in evaluation mode; its weights stay as they are.
        layer: a dissected layer of it, which knows how its units agree with concepts, and its segmenter.
        concepts: whose causes are looked for, one or more; several share the samples.
        schedule: how long alpha is optimised, `quick` or `published`.
        top: units of the causal set: those of the highest alpha.
        specificity: weight of a penalty on what becomes of the other concepts.
        compat_insertion_bug: read insertions at a cell where none was made, as the released code does by mistake.
        pool: samples to look for cells in; None takes the schedule's.
        steps: updates of alpha; None takes the schedule's.
        num_images: other samples, on which effects are measured.
        random_sets: draws of as many random units, dealt out among these samples.
        curve_images: how many of these samples curves are measured on; 0 for no curves.
        seed: of everything drawn.
        batch_size: samples generated at a time; figures do not depend on it.
        progress: as for `dissect`.

    Raises:
        ConfigError: no such concept, one in too few samples, a segmenter without probabilities, too few units, or a
            number out of its range.
        IncompatibleRun: the layer was dissected in a generator of other weights.
        LayerError: there is no such layer, or its output has no cells.
    """
    told = shown_progress(progress)
    opened = as_generator(generator, told)
    if not isinstance(layer, DissectedLayer):
        raise ConfigError(f"layer is a {type(layer).__name__}; give a dissected layer, such as found['layer3']")
    if layer.generator != fingerprint(opened):
        raise IncompatibleRun(
            f"layer {layer.name!r} was dissected in a generator of other weights than this one; dissect this one"
        )
    if schedule not in SCHEDULES:
        raise ConfigError(f"no schedule {schedule!r}; choose from {', '.join(SCHEDULES)}")
    chosen = SCHEDULES[schedule]
    protocol = AceProtocol(
        replace(chosen, pool=pool or chosen.pool, steps=steps or chosen.steps),
        top,
        num_images,
        random_sets,
        curve_images,
        specificity,
        compat_insertion_bug,
        seed,
        batch_size,
    )
    names = [concepts] if isinstance(concepts, str) else list(concepts)
    scores = {name: _scores(layer, known_concept(name, layer.segmenter.concepts)) for name in names}
    found = find_causes(opened, layer.segmenter, layer.name, scores, protocol, told)
    causes = {cause.concept: cause for cause in found}
    return Causes(opened, layer.segmenter, layer.name, schedule, protocol, causes, layer.generator)


def _scores(layer: DissectedLayer, concept: str) -> ConceptScores:
    report = layer.layer.report
    labelled = [unit.unit for unit in report.units if unit.concept == concept and unit.interpretable]
    return concept_scores(len(report.units), report.ranking(concept), labelled)
