"""What a run's records say of its generator, as parts of a model card: no figure stands there without its protocol."""

from collections.abc import Callable, Sequence
from pathlib import Path

from ganatomy.export.text import plain, published
from ganatomy.metrics.files import ScoreFile, read_scores
from ganatomy.metrics.protocol import Score
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import DISSECT_SUMMARY, EDITS, EFFECTS, REPAIR, REPAIRS, SCORES
from ganatomy.runs.records.effects import EffectsRecord, units_said
from ganatomy.runs.records.reading import read_record
from ganatomy.runs.records.repairs import RepairRecord
from ganatomy.runs.records.units import DissectionSummary, LayerSummary
from ganatomy.tables import cell, markdown_table

MOST_CONCEPTS = 8
"""Concepts of a layer that are named."""

Which = Callable[[str], str]
"""From the fingerprint of a generator to what is said of which one it is."""


def figures(run: Run, which: Which) -> list[str]:
    """Return the parts of a card that tell of scores, dissections, repairs and edits, those that the run has.

    Args:
        run: the run.
        which: says of a fingerprint which generator it is of.

    Raises:
        DataError: a record is not what it should be.
        IncompatibleRun: a record is no JSON.
    """
    parts = [_scores(run, which), _dissection(run, which), _repairs(run, which), _edits(run, which)]
    return [part for part in parts if part]


def _scores(run: Run, which: Which) -> str:
    rows = [
        _score_row(score, which(read_record(ScoreFile, path).generator))
        for path in sorted((run.path / SCORES).glob("*.json"))
        for score in read_scores(path)
    ]
    if not rows:
        return ""
    head = ["score", "value", "interval", "of", "generated / real samples", "real samples", "features of"]
    return f"## Scores\n\nBy `ganatomy score`.\n\n{markdown_table(head, rows)}"


def _score_row(score: Score, which: str) -> list[str]:
    told = score.protocol
    interval = f"{score.low:.4g} to {score.high:.4g} ({score.level:.0%})"
    samples = f"{told.num_generated:,} / {told.num_real:,}"
    pixels = "" if told.image_size is None else f", {told.image_size} px"
    real = f"{Path(told.data).name}, split {told.split}{pixels}"
    features = f"{told.extractor} ({told.fingerprint}), {told.resize}"
    return [plain(score.name), f"{score.value:.4g}", interval, which, samples, plain(real), plain(features)]


def _dissection(run: Run, which: Which) -> str:
    path = run.path / DISSECT_SUMMARY
    if not path.is_file():
        return ""
    summary = read_record(DissectionSummary, path)
    head = [
        "layer",
        "units",
        "interpretable",
        "by place / area",
        "concepts",
        "samples",
        "segmenter, profile",
    ]
    intro = (
        f"By `ganatomy dissect`, of {which(summary.generator)}, seed {summary.seed}. Intervals are 95 % bootstrap "
        "intervals over samples; by place or area: units whose agreement chance gives as well."
    )
    return f"## Dissection\n\n{intro}\n\n{markdown_table(head, map(_layer_row, summary.layers))}"


def _layer_row(layer: LayerSummary) -> list[str]:
    counts = layer.counts.get(layer.profile)
    interval = "" if counts is None else " ({:.0f} to {:.0f})".format(*counts.interpretable_interval)
    named = ", ".join(f"{one.concept} {one.units}" for one in layer.concepts[:MOST_CONCEPTS])
    left = len(layer.concepts) - MOST_CONCEPTS
    return [
        plain(layer.layer),
        str(layer.units),
        f"{layer.interpretable}{interval}",
        f"{layer.by_place} / {layer.by_area}",
        plain(named + (f" and {left} more" if left > 0 else "")),
        f"{layer.num_images:,}",
        plain(f"{layer.segmenter}, {layer.profile}"),
    ]


def _repairs(run: Run, which: Which) -> str:
    records = [read_record(RepairRecord, path) for path in _records(run, REPAIRS, REPAIR)]
    return _section("Repairs", "By `ganatomy repair`.", [_repair_line(record, which) for record in records])


def _repair_line(record: RepairRecord, which: Which) -> str:
    units = (
        f"{units_said(record.units, record.layer, None, None)} off"
        if record.units
        else f"no units of {record.layer} off"
    )
    verdict = "accepted" if record.refusal is None else f"refused: {record.refusal}"
    line = f"- {plain(units)}, {plain(verdict)}. Of {which(record.generator)}"
    if record.trial is None:
        return f"{line}."
    gain = record.trial.plain
    return (
        f"{line}: {plain(record.figure)} on {record.num_images:,} held-out samples {gain.before:.4g} before and "
        f"{gain.after:.4g} after, gain {_interval(gain.before - gain.after, gain.interval)}, against "
        f"{record.num_real:,} images of {plain(Path(record.data).name)}."
    )


def _edits(run: Run, which: Which) -> str:
    records = [read_record(EffectsRecord, path) for path in _records(run, EDITS, EFFECTS)]
    intro = "By `ganatomy edit`: the part of a concept's area that is kept, beside the same edit of random units."
    return _section("Edits", intro, [_edit_line(record, which) for record in records])


def _edit_line(record: EffectsRecord, which: Which) -> str:
    title = record.title or "; ".join(step.said for step in record.all_steps)
    told = f"{record.num_images:,} samples, segmenter {plain(record.segmenter)}, of {which(record.generator)}"
    line = f"- {plain(published(title))}, {told}"
    row = next((row for row in record.effects if row.concept == record.concept), None)
    if row is None or row.kept is None:
        return f"{line}."
    random = "" if row.random_kept is None else f"; random units {_interval(row.random_kept, row.random_interval)}"
    return f"{line}: {plain(row.concept)} kept {_interval(row.kept, row.interval)}{random}."


def _records(run: Run, folder: str, file: str) -> list[Path]:
    return sorted((run.path / folder).glob(f"*/{file}"))


def _section(title: str, intro: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n{intro}\n\n" + "\n".join(lines) if lines else ""


def _interval(value: float, interval: tuple[float, float] | None) -> str:
    return cell(value) if interval is None else f"{cell(value)} ({cell(interval[0])} to {cell(interval[1])})"
