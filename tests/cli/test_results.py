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
            "layers": ["layer2", "layer3"],
            "concept": None,
            "effects": [{"concept": "tree", "kept": 0.25}, {"concept": "sky", "kept": 1.0}],
            "best": {"unit": 3},
        }
    )
    assert text.splitlines() == [
        "run           runs/x",
        "best fitness  0.1235",
        "layers        layer2, layer3",
        "concept       none",
        "effects",
        "  concept tree  kept 0.25",
        "  concept sky  kept 1",
        "best",
        "  unit 3",
        "runs/x/report.html",
    ]
