"""`ganatomy edit`: units ablated, inserted or copied, and what appears and vanishes."""

from collections.abc import Sequence

from ganatomy.cli.classes import class_row
from ganatomy.cli.results import Failed
from ganatomy.config.edit import EditConfig
from ganatomy.intervene.effects import EditEffects, Effect
from ganatomy.intervene.files import plain
from ganatomy.intervene.session import MeasuredEdit, edit_units
from ganatomy.intervene.steps import PreparedEdit
from ganatomy.progress import Progress
from ganatomy.web.checking import CheckedRow, check_edits

LEAST_PRINTED_AREA = 0.005
"""Concepts of a smaller part of all pixels, before and after, are left out of what is printed, not of effects.json."""


def edit(config: EditConfig, progress: Progress) -> dict[str, object]:
    """Edit the units, write effects and pictures into the run, and return the largest concepts' change.

    With `check` edits that were saved as tests are made again, and what is returned is whether they have their effects.

    Raises:
        GanatomyError: as for `ganatomy.intervene.session.edit_units`, or `ganatomy.web.checking.check_edits`.
    """
    if config.check is not None:
        return _checked(check_edits(config, config.check, progress))
    measured = edit_units(config, progress)
    first = measured.prepared.steps[0]
    return {
        "edit": str(measured.folder),
        "title": measured.prepared.said,
        "layer": first.layer,
        "concept": first.concept,
        "units": list(first.units),
        **({"iou": list(first.agreement.iou), "labelled": first.agreement.labelled} if first.agreement else {}),
        "num_images": len(measured.prepared.baseline),
        **class_row(measured.content["of_class"]),
        "changed_pixels": changed(measured.effects),
        "passes": passes(measured.prepared, measured.effects),
        "effects": [effect_row(effect) for effect in _noteworthy(measured)],
    }


def _checked(rows: Sequence[CheckedRow]) -> dict[str, object]:
    """Return whether saved edits have their effects, a row for each figure."""
    failed = list(dict.fromkeys(row.edit for row in rows if not row.holds))
    results: dict[str, object] = {
        "edits": len({row.edit for row in rows}),
        "failed": failed,
        "figures": [{**vars(row), "holds": "yes" if row.holds else "no"} for row in rows],
    }
    return Failed(results) if failed else results


def changed(effects: EditEffects) -> dict[str, object]:
    """Return the part of the pixels that the edit changes, and beside it random units."""
    arms = {
        "edit": effects.changed,
        "noncarriers": effects.changed_by_noncarriers,
        "others": effects.changed_by_others,
    }
    rows: dict[str, object] = {}
    for name, arm in arms.items():
        if arm is not None:
            rows |= {f"{name}_inside" if effects.region_share else name: arm.inside}
            rows |= {f"{name}_outside": arm.outside} if effects.region_share else {}
    return rows


def passes(prepared: PreparedEdit, effects: EditEffects) -> dict[str, object]:
    """Return how often generator and segmenter ran, and in what time; and what the plain way takes.

    The plain way runs all of the generator for each arm; its time is that of both parts as they were observed.
    """
    below, above = (seconds / len(prepared.baseline) for seconds in prepared.baseline.seconds)
    ran = effects.passes
    return {
        "said": prepared.baseline.halves.saving,
        "below_the_layer": ran.lower,
        "above_it_and_segmenter": ran.upper,
        "plain_way": ran.plain,
        "seconds": below * ran.lower + above * ran.upper,
        "seconds_of_plain_way": (below + above) * ran.plain,
    }


def effect_row(effect: Effect) -> dict[str, object]:
    """Return what became of a concept as one row; what cannot be measured is null."""
    edit, random = effect.edit, {"noncarriers": effect.noncarriers, "random": effect.others}
    row: dict[str, object] = {
        "concept": effect.concept,
        "area_before": edit.whole.before,
        "area_after": edit.whole.after,
        "kept": edit.whole.kept,
        "interval": edit.whole.interval,
        "added": edit.whole.added,
    }
    if edit.inside and edit.outside:
        row |= {"inside_before": edit.inside.before, "inside_after": edit.inside.after}
        row |= {"outside_added": edit.outside.added}
    for name, arm in random.items():
        if arm is not None:
            row |= {f"{name}_kept": arm.whole.kept, f"{name}_interval": arm.whole.interval}
            row |= {f"{name}_inside_after": arm.inside.after} if arm.inside else {}
    return {name: plain(figure) for name, figure in row.items()}


def _noteworthy(measured: MeasuredEdit) -> list[Effect]:
    """Return the concepts that the edit is about, then those of some area, the largest first."""
    about = [step.concept for step in measured.prepared.steps if step.concept]
    found = [
        effect
        for effect in measured.effects.effects
        if effect.concept in about or max(effect.area_before, effect.area_after) >= LEAST_PRINTED_AREA
    ]
    return sorted(found, key=lambda effect: (effect.concept not in about, -effect.area_before))
