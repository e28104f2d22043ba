"""The files of an edit: `edits/NNNN-layer-ablate-concept/` with effects.json and pictures."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from ganatomy.config.jsonable import unstructured
from ganatomy.intervene.effects import EditEffects, Effect, EffectProtocol
from ganatomy.intervene.pictures import Pictured, rule_of, write_pictures
from ganatomy.intervene.steps import PreparedEdit, Step
from ganatomy.models.classes import class_of
from ganatomy.models.fingerprint import fingerprint
from ganatomy.runs import schemas
from ganatomy.runs.directory import Run, create_numbered
from ganatomy.runs.folders import move_folder, unfinished_folder
from ganatomy.runs.layout import EDITS, EFFECTS
from ganatomy.runs.records.effects import EffectsRecord
from ganatomy.runs.records.reading import write_as

MOST_NAMED = 3
"""Steps that the folder's name tells of."""


def write_edit(
    run: Run,
    generator: nn.Module,
    prepared: PreparedEdit,
    effects: EditEffects,
    pictured: Pictured,
    protocol: EffectProtocol,
    on: Sequence[str] = (),
) -> tuple[Path, dict[str, Any]]:
    """Write effects and pictures of an edit into a run; return the directory and what effects.json holds.

    Args:
        run: where to.
        generator: the edited generator.
        prepared: what was edited, and the samples.
        effects: what that changed.
        pictured: what the pictures show.
        protocol: what it was measured on.
        on: inverted photos that were edited in place of samples.
    """
    with unfinished_folder(run.path, "edit") as folder:
        files = write_pictures(folder, pictured)
        content = {
            "schema": schemas.EFFECTS,
            **_first_step(prepared.steps[0], effects),
            **_measured_on(generator, prepared, protocol),
            "effects": [effect_json(effect) for effect in effects.effects],
            "changed_pixels": _changed(effects),
            "passes": unstructured(effects.passes),
            "region_share": effects.region_share,
            "title": prepared.said,
            "steps": [unstructured(row) for row in step_rows(prepared, effects)],
            "on": list(on),
            "shown": {"samples": pictured.samples.tolist(), "rule": rule_of(prepared)},
            **files,
        }
        write_as(EffectsRecord, folder / EFFECTS, content)
        place = create_numbered(run.subdirectory(EDITS), folder_name(prepared.steps))
        move_folder(folder, place)
    return place, content


def folder_name(steps: Sequence[Step]) -> str:
    """Return what to call an edit's folder, such as `layer3-ablate-tree-insert-door`."""
    words: list[str] = []
    layer = None
    for step in steps[:MOST_NAMED]:
        words += [] if step.layer == layer else [step.layer]
        words += [step.action, step.concept or ("cell" if step.source else "units")]
        layer = step.layer
    return "-".join(words + ([f"and-{len(steps) - MOST_NAMED}-more"] if len(steps) > MOST_NAMED else []))


def step_rows(prepared: PreparedEdit, effects: EditEffects) -> list[Any]:
    """Return the steps as they are recorded, each with the random sets that took the place of its units."""
    rows = []
    for number, step in enumerate(prepared.steps):
        drawn = ([draw[number] for draw in draws] or None for draws in (effects.noncarriers, effects.others))
        rows.append(step.row(*drawn))
    return rows


def effect_json(effect: Effect) -> dict[str, Any]:
    """Return an effect as JSON; what cannot be measured, for want of the concept, is null."""
    figures: dict[str, Any] = plain(
        {
            "concept": effect.concept,
            "area_before": effect.area_before,
            "area_after": effect.area_after,
            "kept": effect.kept,
            "interval": effect.interval,
            "random_area_after": effect.random_area_after,
            "random_kept": effect.random_kept,
            "random_interval": effect.random_interval,
        }
    )
    arms = {"edit": effect.edit, "noncarriers": effect.noncarriers, "others": effect.others}
    return figures | {name: None if arm is None else plain(asdict(arm)) for name, arm in arms.items()}


def plain(value: Any) -> Any:
    """Return figures as JSON: a number that is not finite, and an interval with one, become null."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [float(one) for one in value] if all(map(math.isfinite, value)) else None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _first_step(step: Step, effects: EditEffects) -> dict[str, Any]:
    """Return what stands at the top of the file, as it did when an edit was a single ablation."""
    draws = effects.noncarriers or effects.others
    return {
        "layer": step.layer,
        "concept": step.concept,
        "units": list(step.units),
        "value": None if isinstance(step.value, Tensor) else float(step.value),
        "strength": float(step.strength),
        "region": step.place and step.place.said,
        "random_units": list(draws[0][0]) if draws else [],
        "random_sets": [list(draw[0]) for draw in effects.others],
    }


def _measured_on(generator: nn.Module, prepared: PreparedEdit, protocol: EffectProtocol) -> dict[str, Any]:
    segmenter = prepared.baseline.segmenter
    return {
        "generator": fingerprint(generator),
        "of_class": class_of(generator),
        "num_images": protocol.num_images,
        "value_images": prepared.found_on,
        "seed": protocol.seed,
        "segmenter": segmenter.name,
        "fingerprint": segmenter.fingerprint,
    }


def _changed(effects: EditEffects) -> dict[str, Any]:
    arms = {
        "edit": effects.changed,
        "noncarriers": effects.changed_by_noncarriers,
        "others": effects.changed_by_others,
    }
    return {name: None if arm is None else plain(asdict(arm)) for name, arm in arms.items()}
