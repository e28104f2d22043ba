"""What an edit in Python is told: words, numbers, regions, and the units of dissected layers."""

from collections.abc import Sequence

from torch import Tensor, nn

from ganatomy.config.steps import StepSettings, Where, read_where
from ganatomy.data.images import to_uint8
from ganatomy.dissect.scoring.units import CARRIES
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.face.dissection import Dissected, DissectedLayer, as_segmenter
from ganatomy.face.inverting import Inverted
from ganatomy.intervene.inverted import InvertedPhotos
from ganatomy.intervene.planning import ChosenStep
from ganatomy.intervene.steps import Agreement
from ganatomy.models.fingerprint import fingerprint
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.protocol import Segmenter

Layers = Dissected | DissectedLayer | str
Region = str | tuple[float, float, float, float] | Tensor


def as_layers(layer: object) -> Layers:
    """Return what tells the layer of an edit.

    Raises:
        ConfigError: it is no dissection and no name.
    """
    if not isinstance(layer, Dissected | DissectedLayer | str):
        raise ConfigError(
            f"layer is a {type(layer).__name__}; give a dissected layer, such as found['layer3'], or a name"
        )
    return layer


def as_words(words: object) -> tuple[str, ...]:
    """Return the steps of one kind, one given by itself too.

    Raises:
        ConfigError: one of them is no text.
    """
    given = (words,) if isinstance(words, str) else words
    if not isinstance(given, Sequence) or not all(isinstance(word, str) for word in given):
        raise ConfigError(f"{words!r} is no step; give a concept such as 'tree', or a list of them")
    return tuple(given)


def as_numbers(units: object) -> tuple[int, ...]:
    """Return unit numbers.

    Raises:
        ConfigError: they are no list.
    """
    if not isinstance(units, Sequence) or isinstance(units, str):
        raise ConfigError(f"units is {units!r}; give a list of unit numbers, such as [3, 17]")
    return tuple(units)


def as_where(where: object) -> Where | Tensor | None:
    """Return a part of the images that was given as text, as corners or as a mask.

    Raises:
        ConfigError: it is none of these.
    """
    if where is None or isinstance(where, Tensor):
        return where
    if isinstance(where, str):
        return read_where(where)
    if not isinstance(where, Sequence):
        raise ConfigError(f"where is a {type(where).__name__}; give text, x0, y0, x1, y1, or a mask (h, w)")
    return read_where(",".join(f"{corner:g}" for corner in where))


def as_inverted(on: object, generator: nn.Module) -> InvertedPhotos | None:
    """Return photos that are edited in place of samples; None for none.

    Args:
        on: what was given.
        generator: the one that is edited.

    Raises:
        ConfigError: they are not what `invert` returns.
        IncompatibleRun: they were inverted in a generator of other weights.
    """
    if on is None:
        return None
    if not isinstance(on, Inverted):
        raise ConfigError(f"on is a {type(on).__name__}; give what ganatomy.invert returns")
    if on.fingerprint != fingerprint(generator):
        raise IncompatibleRun("the photos were inverted in a generator of other weights than this one; invert again")
    return InvertedPhotos(on.layer, on.latents, on.features, to_uint8(on.found.photos))


def only_name(layer: Layers) -> str | None:
    """Return the layer of the steps that name none; None where there are several."""
    if isinstance(layer, Dissected):
        names = list(layer)
        return names[0] if len(names) == 1 else None
    return layer if isinstance(layer, str) else layer.name


def segmenter_of(layer: Layers, segmenter: Segmenter | str | None) -> Segmenter:
    """Return the segmenter that is given, or that of the dissection.

    Raises:
        ConfigError: there is none.
    """
    if segmenter is not None:
        return as_segmenter(segmenter)
    if isinstance(layer, str):
        raise ConfigError(f"layer is the name {layer!r}, which says no segmenter; give segmenter='scenes' or another")
    return layer.segmenter


def _dissected(generator: nn.Module, layer: Layers, name: str) -> DissectedLayer | None:
    """Return the dissection of a layer, in the generator that is edited; None where none was given."""
    found = layer[name] if isinstance(layer, Dissected) else layer
    if isinstance(found, str) or found.name != name:
        return None
    if found.generator != fingerprint(generator):
        raise IncompatibleRun(
            f"layer {name!r} was dissected in a generator of other weights than this one; dissect this one"
        )
    return found


def chosen_step(generator: nn.Module, layer: Layers, step: StepSettings, top: int) -> ChosenStep:
    """Return a step with its units: those given, or the ones of the highest IoU with its concept.

    Args:
        generator: the one that is edited.
        layer: what tells the layers.
        step: what was asked for.
        top: how many units.

    Raises:
        ConfigError: nothing says which units, or there are too few.
        IncompatibleRun: the layer was dissected in a generator of other weights.
    """
    if step.concept is None:
        return ChosenStep(step, step.units)
    found = _dissected(generator, layer, step.layer)
    if found is None:
        if not step.units:
            raise ConfigError(f"nothing says which units of layer {step.layer!r}; give it dissected, or units=(3, 17)")
        return ChosenStep(step, step.units)
    units = step.units or _best(found, step.concept, top)
    return ChosenStep(step, units, _agreement(found, step.concept, units), "iou")


def _best(layer: DissectedLayer, concept: str, top: int) -> tuple[int, ...]:
    ranked = _ranking(layer, concept)
    if not isinstance(top, int) or not 1 <= top <= len(ranked):
        raise ConfigError(
            f"top is {top}, and {len(ranked)} units of layer {layer.name!r} agree with {concept!r}; "
            + (f"give 1 to {len(ranked)}" if len(ranked) else "choose another concept")
        )
    return tuple(ranked)[:top]


def _agreement(layer: DissectedLayer, concept: str, units: Sequence[int]) -> Agreement:
    iou = _ranking(layer, concept)
    labelled = {unit.unit for unit in layer.units if unit.interpretable and unit.concept == concept}
    carriers = tuple(unit for unit, found in iou.items() if found >= CARRIES or unit in labelled)
    ious = tuple(iou.get(unit, 0.0) for unit in units)
    return Agreement(ious, len(labelled.intersection(units)), carriers)


def _ranking(layer: DissectedLayer, concept: str) -> dict[int, float]:
    """Return the IoU of each unit that is ranked for a concept, best first."""
    report = layer.layer.report
    return dict(report.ranking(known_concept(concept, report.concepts.names)))
