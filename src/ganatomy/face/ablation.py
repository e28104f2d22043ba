"""Units of a generator in memory ablated, and what vanishes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image
from torch import nn

from ganatomy.data.grids import labelled_rows
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.face.dissection import DissectedLayer, as_segmenter
from ganatomy.face.shown import SCREEN, as_html, as_text, rounded
from ganatomy.intervene.effects import Ablation, AblationEffects, Effect, EffectProtocol, measure_ablation
from ganatomy.intervene.pictures import COMPARED, samples_to_show, three_arms
from ganatomy.intervene.regions import rectangle
from ganatomy.models.adaptation import as_generator
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.protocol import Segmenter
from ganatomy.tables import Row


@dataclass(frozen=True, repr=False)
class Ablated(Mapping[str, Effect]):
    """What an ablation did to every concept, by name; shows itself as a table, and in a notebook with pictures."""

    generator: GeneratorNetwork
    segmenter: Segmenter
    ablation: Ablation
    protocol: EffectProtocol
    measured: AblationEffects
    concept: str | None
    """What the ablation is about."""
    region: str | None
    """The rectangle that it was confined to."""
    fingerprint: str
    """Of the generator as it was measured."""

    def __getitem__(self, concept: str) -> Effect:
        """Return what became of a concept."""
        return self.measured.effects[self.segmenter.concepts.index(known_concept(concept, self.segmenter.concepts))]

    def __iter__(self) -> Iterator[str]:
        return iter(self.segmenter.concepts)

    def __len__(self) -> int:
        return len(self.segmenter.concepts)

    def picture(self, num_images: int = COMPARED) -> Image.Image:
        """Return samples before, with the units ablated, and with random units ablated, as labelled rows."""
        index = None if self.concept is None else self.segmenter.concepts.index(self.concept)
        samples = samples_to_show(self.measured.areas, index)[:num_images]
        arms = three_arms(self.generator, self.ablation, self.measured.random_units[0], self.protocol, samples)
        count = len(self.ablation.units)
        labels = ["before", f"{count} units\nablated", f"random\n{count} units\nablated"]
        return labelled_rows([[Image.fromarray(tile) for tile in tiles] for tiles in arms.values()], labels)

    def __repr__(self) -> str:
        return as_text(self._title(), self._rows(), self._seen())

    def _repr_html_(self) -> str:
        return as_html(self._title(), self._rows(), self._seen(), self.picture())

    def _title(self) -> str:
        units = f"{len(self.ablation.units)} {self.concept + ' ' if self.concept else ''}units"
        return f"{units} of {self.ablation.layer} ablated, {self.protocol.num_images} images"

    def _seen(self) -> int:
        return sum(effect.area_before > 0 for effect in self.measured.effects)

    def _rows(self) -> list[Row]:
        seen = [effect for effect in self.measured.effects if effect.area_before > 0]
        ordered = sorted(seen, key=lambda effect: (effect.concept != self.concept, -effect.area_before))
        return [
            {
                "concept": effect.concept,
                "area_before": effect.area_before,
                "area_after": effect.area_after,
                "kept": effect.kept,
                "interval": rounded(effect.interval),
                "kept_by_random_units": effect.random_kept,
            }
            for effect in ordered[:SCREEN]
        ]


def ablate(
    generator: nn.Module,
    layer: DissectedLayer | str,
    concept: str | None = None,
    *,
    top: int = 20,
    units: Sequence[int] = (),
    value: float = 0.0,
    strength: float = 1.0,
    region: tuple[float, float, float, float] | None = None,
    segmenter: Segmenter | str | None = None,
    num_images: int = 500,
    random_sets: int = 5,
    seed: int = 0,
    batch_size: int = 32,
    progress: Progress | bool | None = None,
) -> Ablated:
    """Return the area of every concept before and after units are ablated, beside as many random units.

    Args:
        generator: any generator of images in evaluation mode; its weights stay as they are.
        layer: a dissected layer of it, which knows its units and its segmenter; or a layer's name, with `units`.
        concept: whose best units are ablated; with `units` the concept to watch.
        top: how many of the concept's best units.
        units: ablate these instead.
        value: what the units are set to.
        strength: how far they are moved to it, in [0, 1].
        region: x0, y0, x1, y1 in fractions of the image; None takes all of it.
        segmenter: tells the concepts of each pixel; None takes that of the dissected layer.
        num_images: samples on which the change is measured, others than those of the dissection.
        random_sets: draws of as many random units.
        seed: of the latents, the random units and the resampling.
        batch_size: samples generated at a time; figures do not depend on it.
        progress: as for `dissect`.

    Raises:
        ConfigError: no such concept or unit, too few units, or a number out of its range.
        IncompatibleRun: the layer was dissected in a generator of other weights.
        LayerError: there is no such layer, or its output has no units.
    """
    opened = as_generator(generator)
    if not isinstance(layer, DissectedLayer | str):
        raise ConfigError(
            f"layer is a {type(layer).__name__}; give a dissected layer, such as found['layer3'], or a name"
        )
    if not isinstance(units, Sequence) or isinstance(units, str):
        raise ConfigError(f"units is {units!r}; give a list of unit numbers, such as [3, 17]")
    segmenter = _segmenter(layer, segmenter)
    if concept is not None:
        known_concept(concept, segmenter.concepts)
    chosen = tuple(units) or _best(opened, layer, concept, top)
    name = layer if isinstance(layer, str) else layer.name
    mask = None if region is None else rectangle(region, opened.image_size)
    ablation = Ablation(name, chosen, value, mask, strength)
    protocol = EffectProtocol(num_images, random_sets, seed, batch_size)
    measured = measure_ablation(opened, segmenter, ablation, protocol, shown_progress(progress))
    said = None if region is None else ",".join(f"{corner:g}" for corner in region)
    return Ablated(opened, segmenter, ablation, protocol, measured, concept, said, fingerprint(opened))


def _segmenter(layer: DissectedLayer | str, segmenter: Segmenter | str | None) -> Segmenter:
    if segmenter is not None:
        return as_segmenter(segmenter)
    if isinstance(layer, str):
        raise ConfigError(f"layer is the name {layer!r}, which says no segmenter; give segmenter='scenes' or another")
    return layer.segmenter


def _best(generator: nn.Module, layer: DissectedLayer | str, concept: str | None, top: int) -> tuple[int, ...]:
    """Return the units of the highest IoU with the concept, in the generator that was dissected."""
    if isinstance(layer, str) or concept is None:
        raise ConfigError("nothing says which units; give a dissected layer and a concept, or units=(3, 17)")
    if layer.generator != fingerprint(generator):
        raise IncompatibleRun(
            f"layer {layer.name!r} was dissected in a generator of other weights than this one; dissect this one"
        )
    ranked = layer.best(concept)
    if not isinstance(top, int) or not 1 <= top <= len(ranked):
        raise ConfigError(
            f"top is {top}, and {len(ranked)} units of layer {layer.name!r} agree with {concept!r}; "
            + (f"give 1 to {len(ranked)}" if len(ranked) else "choose another concept")
        )
    return tuple(unit.unit for unit in ranked[:top])
