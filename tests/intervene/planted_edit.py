"""Edits of the planted world, made without a run."""

from typing import Any

from ganatomy.config.steps import StepSettings
from ganatomy.intervene.effects import EditEffects, Effect, EffectProtocol, measure_edit
from ganatomy.intervene.planning import ChosenStep, prepare
from ganatomy.intervene.steps import Agreement, PreparedEdit
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

PROTOCOL = EffectProtocol(num_images=40, random_sets=3, value_images=60)


class WithNever(PlantedSegmenter):
    """Knows a concept that nothing shows."""

    concepts = (*PlantedSegmenter.concepts, "never")
    categories = (*PlantedSegmenter.categories, "object")


def step(
    action: str,
    *units: str | int,
    concept: str | None = None,
    value: str | float | None = None,
    carriers: tuple[str, ...] | None = None,
    layer: str = "layer1",
    **more: Any,
) -> ChosenStep:
    """Return a step on units of the planted world, given by name or number."""
    numbers = tuple(NUMBER[unit] if isinstance(unit, str) else unit for unit in units)
    value = ("zero" if action == "ablate" else "mean") if value is None else value
    settings = StepSettings(action, layer, concept, numbers, value, **more)  # type: ignore[arg-type]
    if carriers is None:
        return ChosenStep(settings, numbers)
    agreement = Agreement((0.5,) * len(numbers), 1, tuple(NUMBER[unit] for unit in carriers))
    return ChosenStep(settings, numbers, agreement)


def prepared(*steps: ChosenStep, protocol: EffectProtocol = PROTOCOL, **more: Any) -> PreparedEdit:
    """Return an edit of the planted generator that can be measured."""
    return prepare(PlantedGenerator().eval(), WithNever(), steps, protocol, **more)


def measured(
    *steps: ChosenStep, protocol: EffectProtocol = PROTOCOL, **more: Any
) -> tuple[dict[str, Effect], EditEffects]:
    """Return the effect on each concept by its name, and all of what was measured."""
    effects = measure_edit(prepared(*steps, protocol=protocol, **more), protocol)
    return {effect.concept: effect for effect in effects.effects}, effects
