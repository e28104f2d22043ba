"""`ganatomy context` on a run of a tiny untrained generator, as the command line calls it."""

import json

import pytest
from tests.dissected_run import dissected_run

from ganatomy.cli.context import context
from ganatomy.cli.main import main
from ganatomy.config.context import ContextConfig
from ganatomy.intervene.context import session as context_session
from ganatomy.progress import SILENT
from ganatomy.runs.files import read_json

SMALL = {"num_images": 8, "cells": 3, "sizes": (1, 2)}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run looked at by colour, two of its layers dissected."""
    return dissected_run(tmp_path, monkeypatch, context_session, layers=("layer1", "layer2"))


def seen(path):
    """Return two concepts with units, most pixels first."""
    table = read_json(path / "dissect/layer2/units.json")
    area = dict(zip(table["concepts"], table["concept_area"], strict=True))
    return sorted((name for name in table["ranking"] if name != "other"), key=lambda name: -area[name])[:2]


def test_records_and_figures_are_written_for_every_concept(run):
    first, second = seen(run)
    results = context(ContextConfig(run, "layer2", (first, second), top=2, **SMALL), SILENT)
    json.dumps(results)
    folder = run / "context/layer2"
    assert results["files"] == str(folder)
    record = read_json(folder / f"{first}.json")
    assert (record["concept"], record["cells_per_sample"], record["grid"]) == (first, 3, [8, 8])
    assert record["units"] == [
        row["unit"] for row in read_json(run / "dissect/layer2/units.json")["ranking"][first][:2]
    ]
    assert record["steps"] == ["layer2", "layer3", "image"]
    assert [row["units"] for row in record["kept"]] == [1, 2]
    assert record["floor"]["others"] == [second]
    assert record["contexts"][0]["cases"] + sum(r["cases"] for r in record["contexts"] if r["under"] == first) == 24
    files = {path.name for path in folder.glob("*.svg")}
    assert files == {
        f"{name}-{what}.svg" for name in (first, second) for what in ("becomes", "around", "places", "trace")
    } | {"kept.svg"}
    assert [row["concept"] for row in results["floors"]] == [first, second]
    assert [row["units"] for row in results["inserted"]] == [2, 2]


def test_a_concept_comes_beside_those_measured_before(run):
    first, second = seen(run)
    for concept in (first, second):
        context(ContextConfig(run, "layer2", (concept,), top=1, **SMALL), SILENT)
    assert {path.name for path in (run / "context/layer2").glob("*.json")} == {f"{first}.json", f"{second}.json"}
    assert f">{first}<" in (run / "context/layer2/kept.svg").read_text()
    assert f">{second}<" in (run / "context/layer2/kept.svg").read_text()
    assert main(["report", str(run)]) == 0
    assert f"{second} inserted at layer2" in (run / "report.html").read_text()


def test_units_by_number_need_a_segmenter_and_no_dissection(run):
    config = ContextConfig(run, "layer3", (seen(run)[0],), units=(1, 0), segmenter="scenes", value="quantile", **SMALL)
    results = context(config, SILENT)
    assert results["inserted"] == [{"concept": seen(run)[0], "units": 2, "labelled": None, "random_may_carry": False}]
    assert read_json(run / f"context/layer3/{seen(run)[0]}.json")["units"] == [1, 0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--layer", "layr2", "--concepts", "sky"], "no layer 'layr2' in Generator; did you mean 'layer2'?"),
        (["--layer", "layer2", "--concepts", "skye"], "no concept 'skye'; did you mean 'sky'?"),
        (["--layer", "layer3", "--concepts", "sky"], "layer 'layer3' of {run} has not been dissected; run: ganatomy"),
        (
            ["--layer", "layer2", "--concepts", "sky", "--units", "17"],
            "layer 'layer2' has no unit 17; its units are 0 to 5",
        ),
        (["--layer", "layer2", "--concepts", "never", "--units", "1"], "no concept 'never'; choose from"),
        (
            ["--layer", "layer2", "--concepts", "{rare}", "--units", "1"],
            "'{rare}' covers at most ",
        ),
        (
            ["--layer", "output", "--concepts", "sky", "--units", "1", "--segmenter", "scenes"],
            "layer 'output' gives the image itself and nothing lies above it; choose an earlier layer",
        ),
        (
            ["--layer", "layer2", "--concepts", "sky", "--units", "1", "--trace", "layer1"],
            "layer 'layer1' does not run above 'layer2'; leave it out of the trace",
        ),
        (
            ["--layer", "layer1.0", "--concepts", "sky", "--units", "1", "--segmenter", "scenes"],
            "which has no cells; choose one that keeps height and width",
        ),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run, capsys, words, message):
    table = read_json(run / "dissect/layer2/units.json")
    area = dict(zip(table["concepts"], table["concept_area"], strict=True))
    rare = min((name for name in table["concepts"] if name != "other"), key=lambda name: area[name] or 0.0)
    words = [word.format(rare=rare) for word in words]
    capsys.readouterr()
    assert main(["context", str(run), *words, "--num-images", "4", "--cells", "2", "--sizes", "1"]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert message.format(run=run, rare=rare) in said
    assert not (run / "context").exists()
