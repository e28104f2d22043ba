"""The page: one file, nothing fetched, nothing run but its own script, the same every time."""

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser

import pytest
from PIL import Image
from tests.report.fixture_run import make_points, make_run

from ganatomy.cli.report import report
from ganatomy.config.report import ReportConfig
from ganatomy.errors import ConfigError
from ganatomy.progress import SILENT
from ganatomy.report import write_report
from ganatomy.runs.files import write_json

VOID = {"meta", "img", "input", "link", "br", "hr"}
EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'&é 北京"


class Outline(HTMLParser):
    """Collects tags with their attributes and text, and checks that they nest."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def full(full_run, tmp_path_factory):
    path = write_report(full_run, output=tmp_path_factory.mktemp("out") / "full.html")
    return path.read_text(encoding="utf-8")


def page_of(tmp_path, *parts, **more):
    run = make_run(tmp_path / "0001-small", parts=parts, size=16, units=4, **{"generations": 20, **more})
    return run, Outline(write_report(run).read_text(encoding="utf-8"))


def test_nothing_is_fetched(full):
    outline = Outline(full)
    for _, attrs in outline.tags:
        for name in ("src", "href", "srcset", "poster", "data", "action", "xlink:href"):
            assert (attrs.get(name) or "#").startswith(("#", "data:image/webp;base64,")), attrs
    style = re.search(r"<style>(.*?)</style>", full, re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style
    assert not re.search(r"https?:|//[a-z]", re.sub(r"data:[^\"]*", "", full.replace(style, "")).split("<script>")[0])


def test_only_its_own_script_may_run(full):
    (script,) = re.findall(r"<script>(.*?)</script>", full, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = (m["content"] for m in Outline(full).all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy
    assert not re.search(r"fetch\(|XMLHttpRequest|innerHTML|import\(|eval\(", script)


def test_the_same_run_gives_the_same_bytes(full, full_run, tmp_path):
    assert write_report(full_run, output=tmp_path / "again.html").read_text(encoding="utf-8") == full


def test_every_picture_and_figure_has_words(full):
    outline = Outline(full)
    assert all(len(image["alt"]) > 10 for image in outline.all("img"))
    assert all(image["width"] and image["height"] for image in outline.all("img"))
    figures = [f for f in outline.all("svg")]
    assert len(figures) == 20
    ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for figure in figures:
        assert set(figure["aria-labelledby"].split()) <= set(ids)
    assert {a["href"] for a in outline.all("a")} <= {f"#{name}" for name in ids}


def test_values_of_the_files_stand_on_the_page(full, full_run):
    text = Outline(full).text.replace("\N{NO-BREAK SPACE}", " ")
    for layer in ("layer2", "layer3"):
        record = json.loads((full_run / f"dissect/{layer}/units.json").read_text())
        assert f"{layer} {record['interpretable']} of 24 units agree with a concept" in text
        for unit in record["units"]:
            low, high = unit["iou_interval"]
            assert f"unit {unit['unit']}" in text
            assert f"IoU {unit['iou']:.2f} {low:.2f}–{high:.2f} place".replace("0.", ".") in text
    assert "20 units of layer3 for tree ablated" in text
    assert "23 % of the tree area is kept (95 % interval 21–25 %; from 16 % of all pixels to 3.7 %)" in text
    assert "Shown are the first samples." in text
    assert "24 of 30 snapshots, closer together early on" in text
    assert "running mean over 10 generations" in text
    assert "scenes-4be1c3-64" in text


def test_the_head_of_a_layer_tells_counts_intervals_chance_and_other_rules(tmp_path):
    run = make_run(tmp_path / "r", parts=("dissect",), size=16, units=12)
    path = run / "dissect/layer3/units.json"
    record = json.loads(path.read_text())
    counted = {
        "interpretable": 9,
        "interpretable_interval": [7.6, 10.4],
        "concepts": 1,
        "concepts_interval": [1.0, 3.0],
    }
    for unit in record["units"]:
        unit |= {"interpretable": unit["unit"] < 9, "q": 0.3 if unit["unit"] < 2 else 0.0001, "explained_by": None}
    record["units"][0]["explained_by"], record["units"][1]["explained_by"] = "place", "area"
    path.write_text(json.dumps(record | {"profile": "compat", "counts": record["counts"] | {"compat": counted}}))
    text = Outline(write_report(run).read_text(encoding="utf-8")).text.replace("\N{NO-BREAK SPACE}", " ")
    assert (
        "9 of 12 units agree with a concept (95 % interval 8 to 10), of 1 concept (1 to 3). Of these units, place "
        "alone explains 1 and area alone explains 1. Rules compat. By other rules: paper "
    ) in text
    assert "Rules paper . A unit's concept" in text
    assert "Rules compat . A unit's concept" in text
    assert text.count("Place alone explains it.") >= 1
    assert "Does not count." in text


def test_both_nulls_are_marked_and_named_and_bars_are_kept_from_readers_who_hear_them(full):
    outline = Outline(full)
    bars = [attrs for tag, attrs in outline.tags if tag == "span" and "bar" in attrs.get("class", "").split()]
    assert bars
    assert all(bar["aria-hidden"] == "true" for bar in bars)
    marks = [attrs["class"] for tag, attrs in outline.tags if tag == "i" and "mark" in attrs.get("class", "")]
    assert marks.count("mark place") == marks.count("mark area") > 48
    assert "upright mark: the IoU with the masks of other samples" in outline.text
    assert "diamond: the IoU with the same masks shifted around the image" in outline.text
    card = next(attrs for _, attrs in outline.tags if attrs.get("class") == "card")
    assert {"data-category", "data-above", "data-unit", "data-iou", "data-z"} <= set(card)


def test_every_name_is_escaped(tmp_path):
    run = make_run(tmp_path / "0001-été 北京 'x'", size=16, units=4, generations=20)
    text = (run / "config.json").read_text().replace("photos.zip", "p")
    (run / "config.json").write_text(json.dumps(json.loads(text) | {"classes": [EVIL], EVIL: EVIL}))
    for name in ("metrics.jsonl", "lineage.jsonl"):
        escaped = json.dumps(EVIL)[1:-1]
        (run / name).write_text((run / name).read_text().replace("minimax", escaped.replace("\\", "\\")))
    for path in [*run.glob("dissect/*/units.json"), *run.glob("edits/*/effects.json")]:
        text = path.read_text().replace('"tree"', json.dumps(EVIL)).replace("scenes", json.dumps(EVIL)[1:-1])
        path.write_text(text.replace('"layer3"', json.dumps(f"layer3{EVIL}")) if "effects" in path.name else text)
    page = write_report(run).read_text(encoding="utf-8")
    outline = Outline(page)
    assert len(outline.all("script")) == 1
    assert not [attrs for _, attrs in outline.tags if any(name.startswith("on") for name in attrs)]
    assert EVIL in html.unescape(page)
    assert EVIL.split("<")[0] + "<script>" not in page.replace(html.escape(EVIL), "")
    assert "0001-été 北京 'x'" in outline.text


def test_a_run_without_anything_says_what_to_do(tmp_path):
    _, outline = page_of(tmp_path)
    assert "In the folder of the run, 0001-small , these commands add it" in outline.text
    for command in ("ganatomy score .", "ganatomy dissect .", "ganatomy edit . --layer LAYER --ablate CONCEPT"):
        assert command in outline.text
    assert outline.all("img") == outline.all("svg") == []
    assert [link["href"] for link in outline.all("a")] == ["#protocol", "#protocol"]


def test_a_run_of_points_shows_densities_and_speaks_of_points(tmp_path):
    outline = Outline(write_report(make_points(tmp_path / "0001-points")).read_text(encoding="utf-8"))
    assert [i["alt"] for i in outline.all("img")][12] == "Density of the target"
    assert "Gaussians of bandwidth 0.05 in a square from \N{MINUS SIGN}1.7" in outline.text
    assert "768 real points" in outline.text
    assert "image size" not in outline.text.split("Where the generator puts points")[0]


def test_scores_latents_and_warnings_stand_on_the_page(full):
    text = Outline(full).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "2 warnings generation 60 5 min 12 s sign 60 of <b>trouble</b>" in text
    assert "FD[resnet56] 31.25 30.5 to 32 (95 %) ema 2,000 / 300 photos" in text
    assert "latents from seed 0, stream interpolation" in text
    assert "2,000 generated against 300 real samples, features of resnet56" in text


def test_random_selection_is_called_what_it_is(tmp_path):
    run = make_run(tmp_path / "r", parts=("training",), generations=5)
    config = json.loads((run / "config.json").read_text())
    (run / "config.json").write_text(json.dumps(config | {"selection": "random"}))
    assert "drawn at random: the control" in Outline(write_report(run).read_text(encoding="utf-8")).text


def test_one_objective_is_not_called_evolution(tmp_path):
    _, outline = page_of(tmp_path, "training", objectives=("minimax",))
    assert "One objective trains this generator" in outline.text
    assert "objective minimax" in outline.text
    assert "Who survived" not in outline.text


def test_one_generation_and_one_snapshot(tmp_path):
    _, outline = page_of(tmp_path, "samples", "training", generations=1)
    assert "running mean" not in outline.text
    assert "1 snapshot." in outline.text
    assert "Drag the slider" not in outline.text
    assert "generation 1 32 real images 5 s" in outline.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "The same latents through time" not in outline.text


def test_missing_samples_are_told(tmp_path):
    run = make_run(tmp_path / "r", parts=("samples",), size=16, generations=100)
    next((run / "samples").glob("*.png")).unlink()
    assert "1 more is listed, but the files are gone." in Outline(write_report(run).read_text(encoding="utf-8")).text


def test_a_units_missing_card_is_told(tmp_path):
    run = make_run(tmp_path / "r", parts=("dissect",), size=16, units=3)
    (run / "dissect/layer2/cards/unit-001.png").unlink()
    path = run / "dissect/layer3/units.json"
    record = json.loads(path.read_text())
    scores = ("iou", "iqr", "threshold", "level", "shuffled_iou", "shifted_iou", "z", "q")
    nothing = dict.fromkeys(("concept", "category", "explained_by", *scores))
    record["units"][0] |= nothing | {"interpretable": False, "iou_interval": [None, None]}
    path.write_text(json.dumps(record))
    text = Outline(write_report(run).read_text(encoding="utf-8")).text
    assert "no picture" in text
    assert "no concept unit 0" in text


def test_a_noisy_run_fits_into_a_few_megabytes(tmp_path):
    """Static is the worst that can be embedded: 24 grids of 48 images of 64 px, 96 cards."""
    run = make_run(tmp_path / "r", size=64, units=48, generations=300)
    assert write_report(run).stat().st_size < 5_000_000


def test_the_command_writes_where_it_is_told(full_run, tmp_path):
    output = tmp_path / "deep" / "page.html"
    results = report(ReportConfig((full_run,), output, units_per_layer=2, snapshots=3), SILENT)
    text = output.read_text(encoding="utf-8")
    assert results == {"megabytes": round(output.stat().st_size / 1e6, 2), "report": str(output)}
    assert text.count('class="card"') == 4
    assert "2 of 24 units , the best of each concept in turn" in Outline(text).text
    assert "3 of 30 snapshots" in Outline(text).text
    assert not (full_run / "report.html").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"units_per_layer": 0}, "units_per_layer is 0; give 1 or more"),
        ({"snapshots": 1}, "snapshots is 1; give 2 or more, for the first and the last"),
    ],
)
def test_settings_that_cannot_be_used(tmp_path, settings, message):
    with pytest.raises(ConfigError, match=message):
        ReportConfig((tmp_path,), **settings)


def test_a_run_of_points_without_samples_has_no_part_of_them(tmp_path):
    run = make_points(tmp_path / "0001-points")
    (run / "samples/index.json").unlink()
    assert 'id="samples"' not in write_report(run).read_text(encoding="utf-8")


def test_a_full_run_has_all_parts_that_it_has_files_for(full):
    outline = Outline(full)
    sections = [section["id"] for section in outline.all("section")]
    found, trained = ["findings", "concepts", "units", "ablations"], ["samples", "scores", "evolution"]
    assert sections == [*found, *trained, "protocol", "more"]
    links = [link["href"] for link in outline.all("a") if link.get("class") != "to-part"]
    assert links[1:] == [f"#{name}" for name in sections[:-1]]
    assert [link["href"] for link in outline.all("a") if link.get("class") == "to-part"] == [
        "#concepts", "#ablations", "#evolution",
    ]  # fmt: skip
    assert outline.text.count("ganatomy dissect") == outline.text.count("--real-images 2000") == 1


def test_points_are_not_asked_to_be_dissected(tmp_path):
    text = write_report(make_points(tmp_path / "0001-points")).read_text(encoding="utf-8")
    assert "ganatomy dissect" not in text


def test_samples_of_an_imported_generator_are_no_moments_of_a_training(tmp_path):
    run = tmp_path / "runs" / "0001-faces"
    write_json(run / "manifest.json", {"schema": 1, "origin": {"kind": "imported", "details": "from face.pth"}})
    write_json(
        run / "samples" / "index.json", [{"generation": 0, "kimg": 0.0, "seconds": 0.0, "file": "gen-000000.png"}]
    )
    Image.new("RGB", (64, 64)).save(run / "samples" / "gen-000000.png")
    page = write_report(run).read_text(encoding="utf-8")
    assert "one after another and none left out" in page
    assert not any(word in page for word in ("generation 0", "real images<", "averaged survivor"))


def test_the_page_to_paint_on_is_linked_from_wherever_the_report_stands(tmp_path):
    run, outline = page_of(tmp_path)
    assert "Paint in it" not in outline.text
    assert "ganatomy export . --format web" in outline.text
    page = run / "export" / "web" / "paint.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>", encoding="utf-8")
    assert 'href="export/web/paint.html"' in write_report(run).read_text(encoding="utf-8")
    elsewhere = write_report(run, output=tmp_path / "report of it.html").read_text(encoding="utf-8")
    assert 'href="0001-small/export/web/paint.html"' in elsewhere
    assert "--format web" not in elsewhere
