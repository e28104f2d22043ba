"""Units of a generator in memory ablated, inserted or copied, and what appears and vanishes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from PIL import Image
from torch import nn

from ganatomy.config.steps import read_steps
from ganatomy.face.dissection import DissectedLayer
from ganatomy.face.inverting import Inverted
from ganatomy.face.shown import SCREEN, as_html, as_text, rounded
from ganatomy.face.steps import (
    Layers,
    Region,
    as_inverted,
    as_layers,
    as_numbers,
    as_where,
    as_words,
    chosen_step,
    only_name,
    segmenter_of,
)
from ganatomy.intervene.effects import EditEffects, Effect, EffectProtocol, measure_edit
from ganatomy.intervene.inverted import observing
from ganatomy.intervene.pictures import COMPARED, Pictured, comparison, to_show
from ganatomy.intervene.planning import prepare
from ganatomy.intervene.steps import PreparedEdit, Step
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.given import as_generator
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.protocol import Segmenter
from ganatomy.tables import Row


@dataclass(frozen=True, repr=False, eq=False)
class Edited(Mapping[str, Effect]):
    """What an edit did to every concept, by name; shows itself as a table, and in a notebook with pictures."""

    generator: GeneratorNetwork
    segmenter: Segmenter
    prepared: PreparedEdit
    """The steps, and the samples that pictures show."""
    protocol: EffectProtocol
    measured: EditEffects
    pictured: Pictured
    """The samples that pictures show."""
    fingerprint: str
    """Of the generator as it was measured."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was done, one after another."""
        return self.prepared.steps

    @property
    def concept(self) -> str | None:
        """What the edit is about: the concept of its first step."""
        return self.steps[0].concept

    def __getitem__(self, concept: str) -> Effect:
        """Return what became of a concept."""
        return self.measured.effects[self.segmenter.concepts.index(known_concept(concept, self.segmenter.concepts))]

    def __iter__(self) -> Iterator[str]:
        return iter(self.segmenter.concepts)

    def __len__(self) -> int:
        return len(self.segmenter.concepts)

    def picture(self, num_images: int = COMPARED) -> Image.Image:
        """Return samples before, edited, and with random units edited, as labelled rows; what changed is outlined."""
        return comparison(self.pictured, num_images)

    def __repr__(self) -> str:
        return as_text(self._title(), self._rows(), len(self._seen()))

    def _repr_html_(self) -> str:
        return as_html(self._title(), self._rows(), len(self._seen()), self.picture())

    def _title(self) -> str:
        return f"{self.prepared.said}, {self.protocol.num_images} images"

    def _seen(self) -> list[Effect]:
        return [effect for effect in self.measured.effects if effect.area_before > 0 or effect.area_after > 0]

    def _rows(self) -> list[Row]:
        about = [step.concept for step in self.steps]
        ordered = sorted(self._seen(), key=lambda effect: (effect.concept not in about, -effect.area_before))
        return [_row(effect) for effect in ordered[:SCREEN]]


def edit(
    generator: nn.Module,
    layer: Layers,
    *,
    ablate: Sequence[str] | str = (),
    insert: Sequence[str] | str = (),
    copy: Sequence[str] | str = (),
    units: Sequence[int] = (),
    top: int = 20,
    value: str | float | None = None,
    strength: float = 1.0,
    where: Region | None = None,
    on: Inverted | None = None,
    segmenter: Segmenter | str | None = None,
    num_images: int = 500,
    random_sets: int = 5,
    value_images: int = 500,
    seed: int = 0,
    batch_size: int = 32,
    progress: Progress | bool | None = None,
) -> Edited:
    """Return the area of every concept before and after an edit, beside the same edit of random units.

    Args:
        generator: any generator of images in evaluation mode; its weights stay as they are.
        layer: a dissected layer of it, which knows its units and its segmenter; several, of which steps name theirs, as
            in `tree@layer2`; or a layer's name, with `units` or to copy.
        ablate: concepts whose best units are ablated. In one edit ablations come first, then insertions, then copies,
            each laid over those before it.
        insert: concepts whose best units are set to what they are where the concept is.
        copy: `SAMPLE,ROW,COLUMN` of cells whose activations are laid over the region, or without one over the same cell
            of every sample.
        units: of the only step; without any step they are ablated.
        top: how many of a concept's best units.
        value: what units are set to: a number; ablated ones `zero`, `low-quantile` or `mean-outside`; inserted ones
            `mean`, `published-mean` or `quantile`.
        strength: how far they are moved to it, in [0, 1].
        where: a part of the images: x0, y0, x1, y1 in fractions, a mask (h, w) of values in [0, 1], or text as for
            `ganatomy edit --where`, such as `grass` or `cell:random`; None takes all.
        on: photos that `invert` brought into this generator, which are edited in place of samples.
        segmenter: tells the concepts of each pixel; None takes that of the dissected layer.
        num_images: samples on which the change is measured, others than those of the dissection.
        random_sets: draws of as many random units, of those that do not carry the concept, and again of all others.
        value_images: other samples, on which values such as `mean` are found.
        seed: of the latents, the random units and the resampling.
        batch_size: samples generated at a time; figures do not depend on it.
        progress: as for `dissect`.

    Raises:
        ConfigError: no such concept, cell or unit, too few units, no sample that shows the concept, or a number out of
            its range.
        IncompatibleRun: the layer was dissected, or the photos inverted, in a generator of other weights.
        LayerError: there is no such layer, its output has no units, or no cells where they are needed.
    """
    told = shown_progress(progress)
    opened = as_generator(generator, told)
    segmenter = segmenter_of(as_layers(layer), segmenter)
    own = only_name(layer)
    steps = read_steps(own, as_words(ablate), as_words(insert), as_words(copy), as_numbers(units), value)
    chosen = [chosen_step(opened, layer, step, top) for step in steps]
    inverted = as_inverted(on, opened)
    num_images = num_images if inverted is None else len(inverted)
    protocol = EffectProtocol(num_images, random_sets, seed, batch_size, value_images)
    observed = observing(opened, segmenter, inverted)
    prepared = prepare(opened, segmenter, chosen, protocol, as_where(where), strength, told, observed)
    measured = measure_edit(prepared, protocol, told)
    pictured = to_show(prepared, measured, None if inverted is None else inverted.photos)
    kept = replace(prepared, baseline=pictured.baseline)  # the others take too much memory to be kept
    return Edited(opened, segmenter, kept, protocol, measured, pictured, fingerprint(opened))


def ablate(
    generator: nn.Module,
    layer: DissectedLayer | str,
    concept: str | None = None,
    *,
    top: int = 20,
    units: Sequence[int] = (),
    value: str | float = 0.0,
    strength: float = 1.0,
    region: Region | None = None,
    segmenter: Segmenter | str | None = None,
    num_images: int = 500,
    random_sets: int = 5,
    seed: int = 0,
    batch_size: int = 32,
    progress: Progress | bool | None = None,
) -> Edited:
    """Return the area of every concept before and after units are ablated, beside as many random units.

    The shorter way to say `edit(generator, layer, ablate=concept)`.

    Args:
        generator: any generator of images in evaluation mode; its weights stay as they are.
        layer: a dissected layer of it, which knows its units and its segmenter; or a layer's name, with `units`.
        concept: whose best units are ablated; with `units` the concept to watch.
        top: how many of the concept's best units.
        units: ablate these instead.
        value: what the units are set to, see `edit`.
        strength: how far they are moved to it, in [0, 1].
        region: a part of the images, see `where` of `edit`; None takes all of it.
        segmenter: tells the concepts of each pixel; None takes that of the dissected layer.
        num_images: samples on which the change is measured, others than those of the dissection.
        random_sets: draws of as many random units, of those that do not carry the concept, and again of all others.
        seed: of the latents, the random units and the resampling.
        batch_size: samples generated at a time; figures do not depend on it.
        progress: as for `dissect`.

    Raises:
        ConfigError, IncompatibleRun, LayerError: as for `edit`.
    """
    return edit(
        generator,
        layer,
        ablate=() if concept is None else concept,
        units=units,
        top=top,
        value=value,
        strength=strength,
        where=region,
        segmenter=segmenter,
        num_images=num_images,
        random_sets=random_sets,
        seed=seed,
        batch_size=batch_size,
        progress=progress,
    )


def _row(effect: Effect) -> Row:
    edit = effect.edit
    row: dict[str, object] = {
        "concept": effect.concept,
        "area_before": effect.area_before,
        "area_after": effect.area_after,
        "kept": effect.kept,
        "interval": rounded(effect.interval),
    }
    if edit.inside:
        row |= {"inside_before": edit.inside.before, "inside_after": edit.inside.after}
    for name, arm in (("by_noncarriers", effect.noncarriers), ("by_random_units", effect.others)):
        if arm:
            row |= {f"kept_{name}": arm.whole.kept} if not arm.inside else {f"inside_{name}": arm.inside.after}
    return row
