"""The files of an edit: `edits/NNNN-layer-ablate-concept/` with effects.json and pictures."""

import math
from pathlib import Path
from typing import Any

from torch import nn

from ganatomy.intervene.effects import Ablation, AblationEffects, Effect, EffectProtocol
from ganatomy.intervene.pictures import samples_to_show, three_arms, write_pictures
from ganatomy.models.fingerprint import fingerprint
from ganatomy.runs import schemas
from ganatomy.runs.directory import Run, create_numbered
from ganatomy.runs.folders import move_folder, unfinished_folder
from ganatomy.runs.layout import EDITS, EFFECTS
from ganatomy.runs.records.effects import EffectsRecord
from ganatomy.runs.records.reading import write_as
from ganatomy.segment.protocol import Segmenter


def write_ablation(
    run: Run,
    generator: nn.Module,
    segmenter: Segmenter,
    ablation: Ablation,
    measured: AblationEffects,
    protocol: EffectProtocol,
    concept: str | None,
    region: str | None,
) -> tuple[Path, dict[str, Any]]:
    """Write effects and pictures of an ablation into a run; return the directory and the effects.

    Args:
        run: where to.
        generator: the edited generator.
        segmenter: the segmenter that measured.
        ablation: what was ablated.
        measured: what that changed.
        protocol: what it was measured on.
        concept: the concept that the edit is about.
        region: what to call the region; None for the whole map.
    """
    index = segmenter.concepts.index(concept) if concept is not None else None
    samples = samples_to_show(measured.areas, index)
    control = measured.random_units[0]
    count = len(ablation.units)
    what = f"{concept}\n" if concept else ""
    pictures = three_arms(generator, ablation, control, protocol, samples)
    labels = ["before", f"{what}{count} units\nablated", f"random\n{count} units\nablated"]
    effects = {
        "schema": schemas.EFFECTS,
        "layer": ablation.layer,
        "concept": concept,
        "units": list(ablation.units),
        "value": ablation.value,
        "strength": ablation.strength,
        "region": region,
        "generator": fingerprint(generator),
        "num_images": protocol.num_images,
        "seed": protocol.seed,
        "segmenter": segmenter.name,
        "fingerprint": segmenter.fingerprint,
        "effects": [effect_json(effect) for effect in measured.effects],
        "random_units": list(control),
        "random_sets": [list(units) for units in measured.random_units],
        "shown": {
            "samples": samples.tolist(),
            "rule": "the first samples with at least the concept's mean area" if concept else "the first samples",
        },
        "before": "before.png",
        "after": "after.png",
        "after_random": "after-random.png",
        "compare": "compare.png",
    }
    with unfinished_folder(run.path, "edit") as folder:
        write_pictures(folder, pictures, labels)
        write_as(EffectsRecord, folder / EFFECTS, effects)
        place = create_numbered(run.subdirectory(EDITS), f"{ablation.layer}-ablate-{concept or 'units'}")
        move_folder(folder, place)
    return place, effects


def effect_json(effect: Effect) -> dict[str, Any]:
    """Return an effect as JSON; what cannot be measured, for want of the concept, is null."""
    return {
        "concept": effect.concept,
        "area_before": effect.area_before,
        "area_after": effect.area_after,
        "kept": _finite(effect.kept),
        "interval": _bounds(effect.interval),
        "random_area_after": effect.random_area_after,
        "random_kept": _finite(effect.random_kept),
        "random_interval": _bounds(effect.random_interval),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _bounds(interval: tuple[float, float]) -> list[float] | None:
    return list(interval) if all(map(math.isfinite, interval)) else None
