"""`ganatomy dissect` and `ganatomy edit` on a run, as the command line calls them."""

import json
from pathlib import Path

import pytest
from PIL import Image
from tests.cli.tiny import write_run

from ganatomy.cli.dissect import dissect
from ganatomy.cli.edit import edit
from ganatomy.cli.main import main
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.edit import EditConfig
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.dissect import session as dissect_session
from ganatomy.errors import ConfigError, IncompatibleRun, LayerNotFound
from ganatomy.intervene import session as edit_session
from ganatomy.progress import SILENT
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run of a tiny untrained generator, looked at by colour."""
    directory = write_run(tmp_path)
    loads = []

    def load(*settings):
        loads.append(settings)
        return PlantedSegmenter()

    monkeypatch.setattr(dissect_session, "load_choice", load)
    monkeypatch.setattr(edit_session, "load_choice", load)
    return directory.path, loads


def dissected(path):
    settings = {"segmenter": "ade20k", "segmenter_weights": Path("weights.safetensors"), "input_size": 257}
    return dissect(DissectConfig((path,), layers=("layer2",), num_images=20, grid=16, **settings), SILENT)


def test_dissect_then_edit_with_the_same_segmenter(run):
    path, loads = run
    results = dissected(path)
    json.dumps(results)
    assert (results["num_images"], results["profile"]) == (20, "paper")
    (layer,) = results["layers"]
    assert (layer["layer"], layer["units"], layer["profile"]) == ("layer2", 6, "paper")
    assert json.loads((path / "dissect/layer2/units.json").read_text())["grid"] == [16, 16]

    results = edit(EditConfig(path, "layer2", ablate=("sky",), top=2, num_images=10, random_sets=2), SILENT)
    json.dumps(results)
    assert loads == [(SegmenterChoice("ade20k", Path("weights.safetensors"), 257), "cpu")] * 2
    assert results["effects"][0]["concept"] == "sky"
    assert len(results["units"]) == 2
    assert (path / "edits/0001-layer2-ablate-sky/effects.json").exists()


def test_the_words_of_the_dissection_are_looked_for_again(run):
    path, loads = run
    words = {"segmenter": "clipseg", "segmenter_concepts": ("sky", "a red door")}
    dissect(DissectConfig((path,), layers=("layer2",), num_images=20, grid=16, **words), SILENT)
    edit(EditConfig(path, "layer2", units=(0,), num_images=6, random_sets=1), SILENT)
    assert loads == [(SegmenterChoice("clipseg", concepts=("sky", "a red door")), "cpu")] * 2


def test_units_can_be_ablated_without_a_dissection(run):
    path, loads = run
    config = EditConfig(path, "layer1", units=(3, 1), num_images=6, segmenter="scenes", where="0,0,1,0.5")
    results = edit(config, SILENT)
    assert loads == [(SegmenterChoice("scenes"), "cpu")]
    assert results["units"] == [3, 1]
    assert json.loads((path / "edits/0001-layer1-ablate-units/effects.json").read_text())["region"] == "0,0,1,0.5"


def test_a_region_smaller_than_a_pixel_is_that_pixel(run):
    path, _ = run
    effects = {}
    for region in ("0.5,0.5,0.501,0.501", "0.5,0.5,0.53,0.53", None):
        settings = {"units": (0, 1, 2), "value": "30", "num_images": 6, "segmenter": "scenes", "random_sets": 1}
        edit(EditConfig(path, "layer2", where=region, **settings), SILENT)
    for place in sorted((path / "edits").iterdir()):
        kept = json.loads((place / "effects.json").read_text())
        effects[kept["region"]] = [(effect["area_before"], effect["area_after"]) for effect in kept["effects"]]
    smallest, pixel, whole = (effects[region] for region in ("0.5,0.5,0.501,0.501", "0.5,0.5,0.53,0.53", None))
    assert smallest == pixel != whole
    assert any(before != after for before, after in smallest)


def test_what_is_missing_is_said_before_anything_is_written(run):
    path, _ = run
    with pytest.raises(IncompatibleRun, match=r"ganatomy dissect .* --layers layer2"):
        edit(EditConfig(path, "layer2", ablate=("sky",)), SILENT)
    dissected(path)
    with pytest.raises(ConfigError, match="no concept 'gras'; did you mean 'grass'"):
        edit(EditConfig(path, "layer2", ablate=("gras",)), SILENT)
    with pytest.raises(LayerNotFound, match="no layer 'layr2' in Generator; did you mean"):
        edit(EditConfig(path, "layr2", ablate=("sky",)), SILENT)
    assert not (path / "edits").exists()


def told(words, capsys, code=0):
    """Return what the program prints, or its one line on stderr where it refuses."""
    assert main(words) == code
    captured = capsys.readouterr()
    return json.loads(captured.out) if code == 0 else captured.err.splitlines()[-1]


def test_steps_of_all_kinds_are_made_in_one_edit(run, capsys):
    path, _ = run
    dissected(path)
    capsys.readouterr()
    words = ["edit", str(path), "--layer", "layer2", "--num-images", "6", "--random-sets", "1", "--top", "1", "--json"]
    steps = ["--ablate", "other", "--ablate", "sky", "--insert", "sky", "--copy", "0,1,1"]
    results = told(
        [*words, *steps, "--value", "published-mean", "--value-images", "20", "--where", "0,0,1,0.5"], capsys
    )
    assert Path(results["edit"]).name == "0001-layer2-ablate-other-ablate-sky-insert-sky-and-1-more"
    assert [step.strip().split(", ")[-1].split()[0] for step in results["title"].split(";")][:3] == [
        "ablated",
        "ablated",
        "inserted",
    ]
    assert results["title"].endswith("6 units of layer2 copied from sample 0, cell 1,1")
    assert results["passes"]["below_the_layer"] == 6 + 20 + 1
    assert results["passes"]["above_it_and_segmenter"] == results["passes"]["plain_way"] == 6 * 2 + 20 + 1
    assert results["passes"]["seconds"] <= results["passes"]["seconds_of_plain_way"]
    assert set(results["changed_pixels"]) == {"edit_inside", "edit_outside"}, "a copy of all units leaves none to draw"
    assert {row["concept"] for row in results["effects"][:2]} == {"other", "sky"}
    assert {"inside_before", "inside_after", "outside_added", "added", "kept"} <= set(results["effects"][0])


def test_how_many_units_carry_the_concept_is_said(run, capsys):
    path, _ = run
    dissected(path)
    capsys.readouterr()
    words = ["edit", str(path), "--layer", "layer2", "--ablate", "sky", "--top", "2", "--num-images", "6", "--json"]
    results = told(words, capsys)
    assert results["title"].startswith("2 units of layer2, ")
    assert results["title"].endswith(f"{results['labelled'] or 'none'} of them labelled sky, ablated")
    written = json.loads((path / "edits/0001-layer2-ablate-sky/effects.json").read_text())
    assert (written["title"], written["steps"][0]["labelled"]) == (results["title"], results["labelled"])


def test_a_value_may_be_negative(run, capsys):
    path, _ = run
    words = [
        "edit",
        str(path),
        "--layer",
        "layer2",
        "--units",
        "0",
        "--segmenter",
        "scenes",
        "--num-images",
        "4",
        "--json",
    ]
    told([*words, "--value", "-2.5"], capsys)
    assert json.loads((path / "edits/0001-layer2-ablate-units/effects.json").read_text())["value"] == -2.5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--units", "99"], "layer 'layer2' has no unit 99; its units are 0 to 5"),
        (["--units", "0", "--where", "gras"], "no concept 'gras'; did you mean 'grass'?"),
        (["--units", "0", "--where", "cell:99,0"], "layer 'layer2' has no cell 99,0; give a row of 0 to 7"),
        (["--units", "0", "--where", "gone.png"], "no mask at gone.png; give a PNG file"),
        (
            ["--units", "0", "--where", "empty.png"],
            "empty.png is black everywhere and marks no pixel; paint one or more",
        ),
        (["--units", "0", "--where", "0,0,0,1"], "where is '0,0,0,1'; give x0,y0,x1,y1"),
        (
            ["--units", "0", "--ablate", "never"],
            "'never' is seen in none of 4 samples, so that nothing of it can vanish",
        ),
        (
            ["--units", "0", "--insert", "never"],
            "'never' is seen in none of 5 samples, so that nothing tells what units",
        ),
        (["--units", "0", "--where", "never"], "'never' is seen in none of 4 samples, which leaves no region"),
        (["--copy", "0,99,0"], "layer 'layer2' has no cell 99,0; give a row of 0 to 7"),
        (
            ["--units", "0", "--layer", "output"],
            "layer 'output' gives the image itself, shape (1, 3, 32, 32), whose units",
        ),
        (["--units", "0", "--layer", "layr2"], "no layer 'layr2' in Generator; did you mean 'layer"),
        (["--units", "0", "--layer", "layer1.0", "--where", "0,0,1,0.5"], "layer 'layer1.0' returns shape ("),
        (["--value", "mean", "--units", "0"], "value is 'mean', but nothing is inserted"),
    ],
)
def test_mistakes_are_one_line_and_nothing_is_written(run, capsys, monkeypatch, words, message):
    path, _ = run

    class WithNever(PlantedSegmenter):
        concepts = (*PlantedSegmenter.concepts, "never")
        categories = (*PlantedSegmenter.categories, "object")

    monkeypatch.setattr(edit_session, "load_choice", lambda *_: WithNever())
    monkeypatch.chdir(path.parent)
    Image.new("L", (8, 8)).save("empty.png")
    common = [
        "edit",
        str(path),
        "--layer",
        "layer2",
        "--segmenter",
        "scenes",
        "--num-images",
        "4",
        "--value-images",
        "5",
    ]
    assert told([*common, *words], capsys, code=2).startswith(f"ganatomy: {message}")
    assert not (path / "edits").exists()
    assert not list(path.glob(".edit*"))
