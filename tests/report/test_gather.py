"""All parts of a run that there are, and plain words about those that cannot be read."""

import json

import pytest
from tests.report.fixture_run import make_run, write
from tests.report.inversion_record import inversion_json
from tests.report.repair_record import record_json

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import flat_json, from_json, to_json
from ganatomy.draw.text import plain
from ganatomy.errors import DataError, IncompatibleRun
from ganatomy.report.facts import Fact, how_long, what_grew
from ganatomy.report.gather import gather
from ganatomy.report.page import render
from ganatomy.report.settings import RunSettings
from ganatomy.runs.directory import open_run


def gathered(path):
    return gather(open_run(path), 48, 24)


def small(tmp_path, *parts, **more):
    return make_run(tmp_path / "0001-small", parts=parts, size=16, units=4, **{"generations": 20, **more})


def test_all_parts_of_a_full_run(full_run):
    page = gathered(full_run)
    assert page.name == "0001-photos"
    assert [step.command.split()[1] for step in page.more.steps] == [
        "dissect",
        "ace",
        "context",
        "repair",
        "export",
        "invert",
    ]
    assert [layer.name for layer in page.layers.layers] == ["layer2", "layer3"]
    assert [edit.key for edit in page.edits.edits] == ["edit-1"]
    assert page.facts == (
        Fact("data", "photos.zip", "forest, sea"),
        Fact("image size", "16 px"),
        Fact("objectives", "3", "heuristic, minimax, least squares"),
        Fact("generations", "300"),
        Fact("real images seen", "9,600"),
        Fact("training time", "26\N{NO-BREAK SPACE}min 0\N{NO-BREAK SPACE}s"),
    )
    (_, settings), (_, environment) = page.protocol.tables
    assert dict(settings)["data"] == "photos.zip"
    assert environment[1] == ("torch", "2.13.0")
    assert "sky" in page.units.concepts


def test_settings_in_parts_are_shown_by_their_names(tmp_path):
    run = small(tmp_path, "training")
    before = gathered(run)
    config = from_json(EvolveConfig, json.loads((run / "config.json").read_text()) | {"image_size": 32})
    (run / "config.json").write_text(json.dumps(to_json(config)))
    after = gathered(run)
    assert (before.facts[0], before.facts[2:]) == (after.facts[0], after.facts[2:])
    shown = dict(dict(after.protocol.tables)["Settings of the run"])
    assert shown["gamma"] == "0.02"
    assert shown == {name: plain(value) for name, value in flat_json(to_json(config)).items()}


@pytest.mark.parametrize("part", ["samples", "training", "dissect", "edits"])
def test_each_part_alone(tmp_path, part):
    page = gathered(small(tmp_path, part))
    there = {"samples": page.samples, "training": page.evolution, "dissect": page.layers, "edits": page.edits}
    assert [name for name, value in there.items() if value] == [part]


def test_an_edit_without_a_dissection_has_colours(tmp_path):
    (edit,) = gathered(small(tmp_path, "edits")).edits.edits
    assert edit.target.colour == "c1"


def test_photos_are_in_natural_order(tmp_path):
    run = small(tmp_path)
    for name in ("0010-hills", "0002-beach"):
        write(run / "invert" / name / "inversion.json", inversion_json(photo=f"{name[5:]}.jpg"))
    page = gathered(run)
    assert [one.record.photo for one in page.inversions.inversions] == ["beach.jpg", "hills.jpg"]
    assert "photos" in [part.anchor for part in page.parts]


def test_repairs_are_in_natural_order_and_have_colours_and_figures(tmp_path):
    run = small(tmp_path)
    for name in ("0010-layer3", "0002-layer2"):
        write(run / "repair" / name / "repair.json", record_json(layer=name[5:]))
    page = gathered(run)
    assert [(repair.key, repair.record.layer) for repair in page.repairs.repairs] == [
        ("repair-1", "layer2"), ("repair-2", "layer3"),
    ]  # fmt: skip
    assert page.repairs.repairs[0].moves[0].colour != "c-rest"
    assert {"repair-1-held-out", "repair-2-local"} <= {figure.key for figure in page.figures}
    assert "Repair" in [part.name for part in page.parts]
    html = render(page)
    assert "Units 1 are" not in html
    assert "Unit 1 is off in the weights" in html
    assert "mind the gap" in html


def test_layers_and_edits_are_in_natural_order(tmp_path):
    run = small(tmp_path, "dissect", "edits")
    (run / "dissect/layer2").rename(run / "dissect/layer10")
    record = json.loads((run / "dissect/layer10/units.json").read_text())
    (run / "dissect/layer10/units.json").write_text(json.dumps(record | {"layer": "layer10"}))
    assert [layer.name for layer in gathered(run).layers.layers] == ["layer3", "layer10"]


def test_progress_counts_every_part(full_run):
    from ganatomy.progress import SILENT

    counted = []

    class Task:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def advance(self, amount=1.0, note=""):
            counted.append(amount)

    class Counting(type(SILENT)):
        def task(self, description, total, unit="it"):
            counted.append((description, total, unit))
            return Task()

    gather(open_run(full_run), 48, 24, Counting())
    assert counted == [("reading the run", 7, "part"), *[1] * 7]


def test_a_run_that_was_cut_off(tmp_path):
    """The last line half written, an environment not yet, a dissection that has cards and no table."""
    run = small(tmp_path, "training", "dissect")
    for name in ("metrics", "lineage"):
        path = run / f"{name}.jsonl"
        path.write_text(path.read_text()[:-30])
    (run / "environment.json").unlink()
    (run / "dissect/layer3/units.json").unlink()
    page = gathered(run)
    assert page.evolution.children == 59
    assert dict((fact.name, fact.value) for fact in page.facts)["generations"] == "10"
    assert [title for title, _ in page.protocol.tables] == ["Settings of the run"]
    assert [layer.name for layer in page.layers.layers] == ["layer2"]


def test_facts_of_other_runs():
    assert what_grew(RunSettings()) == how_long([]) == ()
    assert what_grew(RunSettings(objectives=("least_squares",))) == (Fact("objective", "least squares"),)
    assert what_grew(RunSettings(data="scenes", classes=[])) == (Fact("data", "scenes"),)


LAYER2, EDIT = "dissect/layer2/units.json", "edits/0001-layer3-ablate-tree/effects.json"


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        (LAYER2, "[]", r"units\.json holds a list, not a JSON object; dissect the layer again"),
        (
            "dissect/layer2/units.json",
            '{"schema": 2, "concepts": []}',
            r"units\.json is not as this.*no value for 'concept_area'",
        ),
        (
            "edits/0001-layer3-ablate-tree/effects.json",
            '{"schema": 1, "effects": [{}]}',
            r"effects\.json is not.*no value for 'concept'",
        ),
        ("samples/index.json", '[{"file": "gen-000020.png"}]', r"index\.json.*KeyError: 'generation'"),
        ("samples/index.json", "3", r"index\.json: not as this release writes it.*or run the command again"),
        ("metrics.jsonl", '{"generation": 3}\n', r"metrics\.jsonl: not as this release writes it \(KeyError: 'kimg'"),
        ("lineage.jsonl", '{"objective": "minimax"}\n', r"lineage\.jsonl, line 1, is not as this version writes it"),
        ("config.json", '{"objectives": 3}', r"config\.json: not as this release writes it \(TypeError"),
        ("config.json", "3", r"config\.json holds a int, not a JSON object"),
        ("environment.json", "[]", r"environment\.json: not as this release writes it \(AttributeError"),
    ],
)
def test_a_file_of_another_form_is_named(tmp_path, file, text, message):
    run = small(tmp_path, "samples", "training", "dissect", "edits")
    (run / file).write_text(text)
    with pytest.raises(DataError, match=message):
        gathered(run)


def test_an_earlier_dissection_is_to_be_made_again(tmp_path):
    run = small(tmp_path, "dissect")
    path = run / "dissect/layer2/units.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": 1}))
    with pytest.raises(DataError, match="has schema 1, this version reads schema 2; dissect the layer again"):
        gathered(run)


def test_layers_add_their_figures_and_what_cards_are_filtered_by(full_run):
    page = gathered(full_run)
    assert [figure.key for figure in page.figures if figure.key.startswith(("layers", "concepts"))] == [
        "layers", "concepts-layer2", "concepts-layer3",
    ]  # fmt: skip
    assert page.units.categories == ("material", "object")
    assert page.units.bar_end == page.layers.bar_end == 0.7


def test_a_damaged_line_is_named_where_a_report_of_what_stands_before_it_would_mislead(tmp_path):
    run = small(tmp_path, "training")
    lines = (run / "lineage.jsonl").read_text().splitlines()
    for line in ("[1]", lines[1][:9]):
        (run / "lineage.jsonl").write_text("\n".join([lines[0], line, *lines[2:], ""]))
        with pytest.raises(
            IncompatibleRun, match=r"lineage\.jsonl is damaged in line 2 \(.*\); each line is one JSON object"
        ):
            gathered(run)


def test_broken_json_and_missing_runs_are_named(tmp_path):
    run = small(tmp_path, "dissect")
    (run / "dissect/layer2/units.json").write_text("{")
    with pytest.raises(IncompatibleRun, match=r"units\.json is not JSON"):
        gathered(run)
    with pytest.raises(IncompatibleRun, match="no run directory at"):
        gathered(tmp_path / "0002-none")
