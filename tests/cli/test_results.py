import json
from pathlib import Path

from ganatomy.cli.results import as_json, as_text


def test_json_is_one_line_with_null_for_what_is_not_finite() -> None:
    text = as_json({"run": Path("runs/x"), "iou": float("nan"), "layers": ("a",), "effects": [{"kept": 0.25}]})
    assert "\n" not in text
    assert json.loads(text) == {"run": "runs/x", "iou": None, "layers": ["a"], "effects": [{"kept": 0.25}]}


def test_text_has_a_line_per_result_and_the_report_last() -> None:
    text = as_text(
        {
            "report": "runs/x/report.html",
            "run": "runs/x",
            "best_fitness": 0.123456,
            "seconds": 15594.97,
            "layers": ["layer2", "layer3"],
            "units": [],
            "concept": None,
        }
    )
    assert text.splitlines() == [
        "run           runs/x",
        "best fitness  0.123",
        "seconds       15595",
        "layers        layer2, layer3",
        "units         none",
        "concept       none",
        "runs/x/report.html",
    ]


def test_tables_are_aligned_below_their_name() -> None:
    effects = [
        {"concept": "tree", "kept": 0.25, "interval": [0.2, 0.3]},
        {"concept": "mountain", "kept": None, "interval": [1.0, 1.125]},
        {"concept": "sky", "kept": 1.0},
    ]
    text = as_text({"edited": {"layer": "layer3", "concept": "tree", "effects": effects}, "seconds": 3.0})
    assert text.splitlines() == [
        "edited",
        "  layer    layer3",
        "  concept  tree",
        "  effects",
        "    concept   kept  interval",
        "    tree      0.25  0.2, 0.3",
        "    mountain  none  1, 1.12",
        "    sky          1  none",
        "seconds  3",
    ]
