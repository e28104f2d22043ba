"""Figures of a card stand beside their protocol, and say of which weights they are."""

from pathlib import Path

from tests.export.made import step, write_edit, write_run
from tests.report.fixture_run import make_run, write
from tests.report.repair_record import record_json, trial

from ganatomy.export.card_figures import figures
from ganatomy.runs.directory import Run
from ganatomy.runs.records.reading import write_record
from ganatomy.runs.records.units import ConceptCount, DissectionSummary, LayerSummary, UnitCounts


def which(fingerprint: str) -> str:
    return f"weights {fingerprint[:3]}"


def test_a_run_without_records_has_no_figures(tmp_path: Path) -> None:
    assert figures(write_run(tmp_path), which) == []


def test_scores_dissections_and_edits_are_told_with_protocol_and_interval(tmp_path: Path) -> None:
    run = Run(make_run(tmp_path / "0001-photos", units=12))
    counts = {"paper": UnitCounts(5, (3.2, 6.8), 2, (1.0, 3.0))}
    concepts = tuple(ConceptCount(name, "object", 1, 0.1) for name in "abcdefghij")
    layers = (
        LayerSummary("layer2", 12, 5, 1, 2, 1000, "scenes", "paper", counts, concepts),
        LayerSummary("layer3", 12, 5, 1, 2, 1000, "scenes", "compat", {}, concepts[:1]),
    )
    write_record(run.path / "dissect/summary.json", DissectionSummary(1000, "scenes", "s", 3, layers, "abcdef"))
    scores, dissection, edits = figures(run, which)
    assert scores.startswith("## Scores\n\nBy `ganatomy score`.\n\n| score | value | interval | of |")
    assert "(95%)" in scores
    assert " / " in scores
    assert "/home/ada" not in scores
    assert dissection.startswith("## Dissection\n\nBy `ganatomy dissect`, of weights abc, seed 3. Intervals are 95 %")
    assert dissection.splitlines()[-2:] == [
        r"| layer2 | 12 | 5 (3 to 7) | 1 / 2 | a 1, b 1, c 1, d 1, e 1, f 1, g 1, h 1 and 2 more | 1,000 | "
        "scenes, paper |",
        r"| layer3 | 12 | 5 | 1 / 2 | a 1 | 1,000 | scenes, compat |",
    ]
    assert edits.startswith("## Edits\n\nBy `ganatomy edit`")
    assert "tree kept" in edits
    assert "random units" in edits


def test_an_edit_without_effects_is_named_alone(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_edit(run, step(), generator="abcdef")
    assert figures(run, which) == [
        "## Edits\n\nBy `ganatomy edit`: the part of a concept's area that is kept, beside the same edit of random "
        "units.\n\n- 1 unit of layer2 for tree ablated, 4 samples, segmenter scenes, of weights abc."
    ]


def test_repairs_are_told_accepted_or_not(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write(run.path / "repair/0001-layer2/repair.json", record_json())
    refused = {
        "refusal": "the distance did not fall",
        "trial": trial([1], {"before": 0.2, "after": 0.3, "interval": [-0.2, 0.0]}),
    }
    write(run.path / "repair/0002-layer2/repair.json", record_json(**refused))
    none = {"units": [], "method": None, "trial": None, "refusal": "no units", "baked": None, "sets": []}
    write(run.path / "repair/0003-layer2/repair.json", record_json(**none))
    (repairs,) = figures(run, which)
    assert repairs.splitlines()[4:] == [
        r"- 1 unit of layer2 off, accepted. Of weights ggg: KD\[toy\] on 100 held-out samples 0.2 before and 0.1 "
        "after, "
        "gain 0.1 (0.05 to 0.15), against 200 images of photos.zip.",
        r"- 1 unit of layer2 off, refused: the distance did not fall. Of weights ggg: KD\[toy\] on 100 held-out "
        "samples "
        "0.2 before and 0.3 after, gain -0.1 (-0.2 to 0), against 200 images of photos.zip.",
        "- no units of layer2 off, refused: no units. Of weights ggg.",
    ]
