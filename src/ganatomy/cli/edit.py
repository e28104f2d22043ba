"""`ganatomy edit`: units ablated, and what vanishes."""

from ganatomy.config.edit import EditConfig
from ganatomy.intervene.files import effect_json
from ganatomy.intervene.session import ablate_units
from ganatomy.progress import Progress

LEAST_PRINTED_AREA = 0.005
"""Concepts of a smaller part of all pixels are left out of what is printed, not of effects.json."""


def edit(config: EditConfig, progress: Progress) -> dict[str, object]:
    """Ablate the units, write effects and pictures into the run, and return the largest concepts' change.

    Raises:
        GanatomyError: as for `ganatomy.intervene.session.ablate_units`.
    """
    measured = ablate_units(config, progress)
    effects = measured.effects.effects
    noteworthy = [e for e in effects if e.area_before >= LEAST_PRINTED_AREA or e.concept == config.ablate]
    return {
        "edit": str(measured.folder),
        "layer": config.layer,
        "concept": config.ablate,
        "units": list(measured.ablation.units),
        **measured.agreement,
        "num_images": config.num_images,
        "effects": [
            effect_json(effect)
            for effect in sorted(noteworthy, key=lambda e: (e.concept != config.ablate, -e.area_before))
        ],
    }
