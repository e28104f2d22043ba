"""Run directories: numbered, opened again, told of every generation once."""

import json
from pathlib import Path

import pytest
import torch

import ganatomy
from ganatomy.errors import IncompatibleRun
from ganatomy.runs.directory import Run, create_numbered, create_run, environment, open_run, slug
from ganatomy.runs.files import read_lines
from ganatomy.runs.layout import LOGS
from ganatomy.runs.records.lines import ScoreLine


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("egan", "egan"),
        ("my photos, 64 px", "my-photos-64-px"),
        ("../../etc", "etc"),
        (".hidden-", "hidden"),
        ("v1.2_b", "v1.2_b"),
        ("北京", "run"),
        ("", "run"),
    ],
)
def test_a_name_becomes_part_of_a_directorys(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_the_number_is_the_first_above_all_in_use(tmp_path: Path) -> None:
    out = tmp_path / "not" / "there"
    assert create_numbered(out, "a").name == "0001-a"
    assert create_numbered(out, "a").name == "0002-a"
    for name in ("0041-b", "notes-0099", "123-short", "12345"):
        (out / name).mkdir()
    assert create_numbered(out, "a").name == "0042-a"
    (out / "12345-b").mkdir()
    assert create_numbered(out, "a").name == "12346-a"


def test_two_that_choose_the_same_number_get_two_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = create_numbered(tmp_path, "a")
    monkeypatch.setattr(Path, "iterdir", lambda _: iter(()))  # listed before the other one came
    assert create_numbered(tmp_path, "a").name == "0002-a"
    assert other.is_dir()


def test_a_new_run_holds_its_settings_and_what_figures_depend_on(tmp_path: Path) -> None:
    run = create_run(tmp_path, "a b", {"schema": 1, "gamma": 0.5})
    assert run.path == tmp_path / "0001-a-b"
    assert sorted(p.name for p in run.path.iterdir()) == ["config.json", "environment.json"]
    assert run.config() == {"schema": 1, "gamma": 0.5}
    assert json.loads((run.path / "environment.json").read_text()) == environment()
    assert (run.metrics(), run.lineage()) == ([], [])


def test_the_environment_tells_versions_threads_and_the_graphics_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 7)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    told = environment()
    assert (told["ganatomy"], told["torch"]) == (ganatomy.__version__, torch.__version__)
    assert (told["threads"], told["cuda"]) == (7, None)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a card")
    assert environment()["cuda"] == "a card"


def test_a_run_opens_wherever_it_was_moved(tmp_path: Path) -> None:
    run = create_run(tmp_path, "a", {"schema": 1})
    moved = run.path.rename(tmp_path / "elsewhere")
    assert open_run(moved) == Run(moved)
    assert open_run(moved).config() == {"schema": 1}


def test_what_is_no_run_is_told_with_the_runs_nearby(tmp_path: Path) -> None:
    gone = tmp_path / "0009-gone"
    with pytest.raises(IncompatibleRun) as caught:
        open_run(gone)
    assert str(caught.value) == (
        f"no run directory at {gone}; {tmp_path} holds no runs; `ganatomy evolve` or `ganatomy import` makes one"
    )
    for name in ("b", "a"):
        create_run(tmp_path, name, {})
    (tmp_path / "other").mkdir()
    with pytest.raises(
        IncompatibleRun, match=r"holds 0001-b, 0002-a; `ganatomy evolve` or `ganatomy import` makes one"
    ):
        open_run(gone)
    with pytest.raises(
        IncompatibleRun,
        match=r"other has neither manifest.json nor config.json, so it is not a run",
    ):
        open_run(tmp_path / "other")
    with pytest.raises(IncompatibleRun) as caught:
        open_run(tmp_path / "0001-v")
    assert str(caught.value) == f"no run directory at {tmp_path / '0001-v'}; did you mean {tmp_path / '0001-b'}?"
    inside = tmp_path / "0001-b" / "config.json"
    with pytest.raises(IncompatibleRun) as caught:
        open_run(inside)
    assert str(caught.value) == f"{inside} lies in a run and is none itself; give {inside.parent}"
    with pytest.raises(IncompatibleRun, match=r"not a run directory; .* holds 0001-b, 0002-a; `ganatomy evolve` or"):
        open_run(tmp_path)
    with pytest.raises(IncompatibleRun, match=r"no run directory at .*nowhere/x; .*nowhere holds no runs"):
        open_run(tmp_path / "nowhere" / "x")


def test_metrics_and_lineage_come_back_as_they_were_added(tmp_path: Path) -> None:
    run = create_run(tmp_path, "a", {})
    run.append_metrics({"generation": 1, "survivors": {"minimax": 1}})
    run.append_metrics({"generation": 2, "quality": float("nan")})
    run.append_lineage([{"generation": 1, "child": 0}, {"generation": 1, "child": 1, "diversity": float("inf")}])
    assert run.metrics() == [{"generation": 1, "survivors": {"minimax": 1}}, {"generation": 2, "quality": None}]
    lines = read_lines(run.path / "lineage.jsonl")
    assert lines == [{"generation": 1, "child": 0}, {"generation": 1, "child": 1, "diversity": None}]


def test_scores_and_warnings_come_back_as_they_were_added(tmp_path: Path) -> None:
    run = create_run(tmp_path, "a", {})
    assert (run.scores(), run.warnings()) == ([], [])
    run.append_score({"generation": 1, "values": {"fd": float("nan")}, "protocol": {}})
    run.append_score({"generation": 2, "values": {"fd": 3.5}, "protocol": {"seed": 1}})
    run.append_warning({"generation": 2, "warning": "all alike"})
    assert run.scores() == [ScoreLine(1, {"fd": None}, {}), ScoreLine(2, {"fd": 3.5}, {"seed": 1})]
    assert run.warnings() == [{"generation": 2, "warning": "all alike"}]
    assert sorted(p.name for p in run.path.glob("*.jsonl")) == ["scores.jsonl", "warnings.jsonl"]


def test_rewinding_drops_later_lines_of_every_log_and_makes_none(tmp_path: Path) -> None:
    run = create_run(tmp_path, "a", {})
    run.rewind(3)
    assert list(run.path.glob("*.jsonl")) == []
    appends = (run.append_metrics, lambda line: run.append_lineage([line]), run.append_score, run.append_warning)
    for append in appends:
        for generation in (1, 3, 4):
            append({"generation": generation})
    assert {p.name for p in run.path.glob("*.jsonl")} == set(LOGS)
    run.rewind(3)
    for log in LOGS:
        assert [line["generation"] for line in read_lines(run.path / log)] == [1, 3]


def test_rewinding_drops_later_generations_and_a_line_cut_short(tmp_path: Path) -> None:
    run = create_run(tmp_path, "a", {})
    for generation in (2, 4, 6):
        run.append_metrics({"generation": generation})
        run.append_lineage([{"generation": g, "child": c} for g in (generation - 1, generation) for c in (0, 1)])
    with (run.path / "lineage.jsonl").open("a") as file:
        file.write('{"generation": 7, "chi')
    run.rewind(4)
    run.append_lineage([{"generation": 5, "child": 0}])
    assert [line["generation"] for line in run.metrics()] == [2, 4]
    assert [line["generation"] for line in read_lines(run.path / "lineage.jsonl")] == [1, 1, 2, 2, 3, 3, 4, 4, 5]
    run.rewind(0)
    assert (run.metrics(), run.lineage()) == ([], [])
    assert sorted(p.name for p in run.path.iterdir()) == [
        "config.json", "environment.json", "lineage.jsonl", "metrics.jsonl",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "damage", "message"),
    [
        ("warnings.jsonl", '{"gener\n', r"warnings.jsonl is damaged in line 1 \("),
        (
            "warnings.jsonl",
            '{"kimg": 1}\n',
            "warnings.jsonl does not tell the generation of entry 1, so the run cannot",
        ),
        (
            "samples/index.json",
            '[{"generation": 1}, 2]',
            "index.json does not tell the generation of entry 2, so the run",
        ),
        ("samples/index.json", "{}", "index.json is no list of entries; restore it from a copy of the run"),
    ],
)
def test_a_damaged_log_is_told_before_any_is_rewound(tmp_path: Path, file: str, damage: str, message: str) -> None:
    run = create_run(tmp_path, "a", {})
    for generation in (1, 2):
        run.append_metrics({"generation": generation})
    run.subdirectory("samples")
    (run.path / file).write_text(damage)
    with pytest.raises(IncompatibleRun, match=message):
        run.rewind(1)
    assert len(run.metrics()) == 2
    assert (run.path / file).read_text() == damage


def test_a_subdirectory_is_made_once(tmp_path: Path) -> None:
    run = create_run(tmp_path, "a", {})
    path = run.subdirectory("dissect", "layer2")
    (path / "kept").touch()
    assert run.subdirectory("dissect", "layer2") == path == run.path / "dissect" / "layer2"
    assert (path / "kept").exists()
