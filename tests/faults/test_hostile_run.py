"""A run directory from a stranger, opened by every command: nothing that it names is imported."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.cli.tiny import write_images
from tests.compare import tiny
from tests.report.areas_record import agreement_record, areas_record
from tests.report.context_record import add_context
from tests.report.fixture_run import make_run, write
from tests.report.history_record import history_record

from ganatomy.cli.main import COMMANDS, main
from ganatomy.compare.plan import prepare
from ganatomy.compare.results import as_json
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import to_json
from ganatomy.config.paint import PaintConfig
from ganatomy.models.fingerprint import fingerprint
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, read_lines
from ganatomy.runs.weights import load_generator
from ganatomy.web.opening import open_layer, open_to_paint

HOSTILE = "hostile_module:touch"
NAMING = {"segmenter", "second_segmenter", "extractor"}
FRIENDLY = """
concepts = ("dark", "light")

def segment(images):
    return (images.mean(1) > 0).long()

def features(images):
    return images.mean((2, 3))
"""


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module that leaves a mark where it is imported, and one of the user's own; both can be found."""
    folder = tmp_path / "modules"
    folder.mkdir()
    mark = folder / "touched"
    (folder / "hostile_module.py").write_text(f"open({str(mark)!r}, 'w').close()\ndef touch(images): ...\n")
    (folder / "friendly_module.py").write_text(FRIENDLY)
    monkeypatch.syspath_prepend(folder)
    return mark


def tampered(value: Any) -> Any:
    """Return a record in which everything that may name a segmenter or an extractor names the hostile module."""
    if isinstance(value, list):
        return [tampered(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: HOSTILE if key in NAMING and isinstance(item, str) else tampered(item) for key, item in value.items()}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A whole run of 32 px, every record and setting of which names the hostile module."""
    path = make_run(tmp_path / "0001-hostile", units=4)
    images = write_images(tmp_path / "images", 12)
    config = EvolveConfig.of(data=str(images), image_size=32, discriminator="light", batch_size=4)
    write(path / "config.json", to_json(config))
    write(path / "dissect/areas.json", areas_record())
    agreement = agreement_record()
    write(path / "dissect/agreement.json", agreement | {"second": {"name": HOSTILE, "fingerprint": "ab"}})
    write(path / "dissect/history.json", history_record())
    add_context(path)
    settings = {"segmenter": "scenes", "segmenter_weights": None, "input_size": None}
    for file in path.glob("dissect/*/units.json"):
        told = {"segmenter_settings": settings, "generator": fingerprint(load_generator(Run(path)))}
        write(file, read_json(file) | told)
    for file in path.rglob("*.json"):
        write(file, tampered(read_json(file)))
    for file in path.glob("*.jsonl"):
        file.write_text("".join(json.dumps(tampered(line)) + "\n" for line in read_lines(file)))
    assert sum(HOSTILE in file.read_text() for file in path.rglob("*.json*")) >= 8
    return path


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a command said that ended with exit code 2."""
    assert main(words) == 2
    return capsys.readouterr().err


def settings_file(beside: Path, **settings: Any) -> str:
    file = beside.parent / "sent.json"
    write(file, {"schema": 1, **settings})
    return str(file)


def demo(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "unknown key 'extractor'" in refused(["demo", "--config", settings_file(run, extractor=HOSTILE)], capsys)


def evolve(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = (
        f"{run / 'config.json'} names '{HOSTILE}' as extractor, which would be imported, and a file cannot have code "
        f"imported: if you know 'hostile_module' and trust it, give --extractor {HOSTILE} yourself"
    )
    assert said in refused(["evolve", "--resume", str(run), "--score-every-generations", "1"], capsys)
    assert said in refused(["evolve", "--config", str(run / "config.json")], capsys)
    assert "it grows to 64" in refused(["evolve", "--grow-from", str(run), "--image-size", "128"], capsys)


def score(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["score", str(run), "--num-images", "8", "--num-real", "8", "--metrics", "fd"]
    sent = settings_file(run, runs=[str(run)], extractor=HOSTILE)
    assert f"--extractor {HOSTILE}" in refused([*words, "--config", sent], capsys)
    assert main([*words, "--extractor", "friendly_module:features"]) == 0


def compare(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = {"data": str(run.parent / "images"), "image_size": 32, "discriminator": "light"}
    plan = tiny.plan(run.parent / "0002-compare", base={**base, "score_images": 4})
    honest = to_json(plan.config)
    write(plan.path / "compare.json", as_json(plan, None))
    write(plan.path / "config.json", tampered(honest))
    for words in (["--resume", str(plan.path)], ["--config", str(plan.path / "config.json")]):
        assert f"--extractor {HOSTILE}" in refused(["compare", *words], capsys)
    write(plan.path / "config.json", honest)
    for planned in plan.runs:
        prepare(plan, planned)
        own = planned.run.path / "config.json"
        write(own, tampered(read_json(own)))
    for jobs in ("1", "2"):
        said = refused(["compare", "--resume", str(plan.path), "--jobs", jobs], capsys)
        assert f"seed-{plan.runs[0].seed}/config.json names '{HOSTILE}' as extractor" in said
    arm = settings_file(run, arms=["egan", f"egan:extractor={HOSTILE}"])
    assert "sets extractor, which is the same for all arms" in refused(["compare", "--config", arm], capsys)


def dissect(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["dissect", str(run), "--num-images", "4", "--layers", "layer2"]
    for setting in ("segmenter", "second_segmenter"):
        sent = settings_file(run, runs=[str(run)], **{setting: HOSTILE})
        assert f"--{setting.replace('_', '-')} {HOSTILE}" in refused([*words, "--config", sent], capsys)
    assert main([*words, "--segmenter", "friendly_module:segment", "--real-images", "4"]) == 0
    assert "has kept no generations" in refused([*words, "--history", "--segmenter", "scenes"], capsys)


def edit(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["edit", str(run), "--layer", "layer2", "--units", "1", "--num-images", "4"]
    assert refused(words, capsys) == (
        f"ganatomy: {run}/dissect/layer2/units.json names '{HOSTILE}' as segmenter, which would be imported, and a "
        f"file cannot have code imported: if you know 'hostile_module' and trust it, give --segmenter {HOSTILE} "
        "yourself\n"
    )
    sent = settings_file(run, run=str(run), layer="layer2", units=[1], segmenter=HOSTILE)
    assert f"--segmenter {HOSTILE}" in refused([*words, "--config", sent], capsys)
    assert main([*words, "--segmenter", "friendly_module:segment"]) == 0


def ace(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--pool", "40", "--steps", "1", "--num-images", "4", "--curve-images", "0", "--top", "1"]
    words = ["ace", str(run), "--layer", "layer2", "--concepts", "dark", *few]
    assert f"units.json names '{HOSTILE}' as segmenter, which would be imported" in refused(words, capsys)
    sent = settings_file(run, run=str(run), layer="layer2", concepts=["dark"], segmenter=HOSTILE)
    assert f"--segmenter {HOSTILE}" in refused([*words, "--config", sent], capsys)
    assert refused([*words, "--segmenter", "friendly_module:segment"], capsys) == (
        "ganatomy: segmenter 'friendly_module:segment' names concepts but gives no probability of them, which the "
        "optimisation follows; put a function probability(images, concept) beside it, or choose another segmenter\n"
    )
    assert "no layer 'layr2'" in refused([*words, "--layer", "layr2", "--segmenter", "friendly_module:segment"], capsys)


def context(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["context", str(run), "--layer", "layer1", "--concepts", "light", "--units", "1", "--num-images", "4"]
    known = read_json(run / "dissect/layer2/units.json")
    write(run / "dissect/layer1/units.json", known | {"layer": "layer1"})
    assert f"layer1/units.json names '{HOSTILE}' as segmenter" in refused(words, capsys)
    sent = settings_file(run, run=str(run), layer="layer1", concepts=["light"], units=[1], segmenter=HOSTILE)
    assert f"--segmenter {HOSTILE}" in refused([*words, "--config", sent], capsys)
    assert main([*words, "--cells", "2", "--sizes", "1", "--segmenter", "friendly_module:segment"]) == 0
    assert HOSTILE in (run / "context/layer1/door.json").read_text()


def repair(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["repair", str(run), "--layer", "layer2", "--num-images", "8", "--top-images", "2"]
    features = ["--extractor", "friendly_module:features"]
    assert f"dissect/layer2/units.json names '{HOSTILE}' as segmenter" in refused([*words, *features], capsys)
    for setting in ("segmenter", "extractor"):
        sent = settings_file(run, run=str(run), **{setting: HOSTILE})
        assert f"--{setting} {HOSTILE}" in refused([*words, "--config", sent], capsys)
    assert main([*words, *features, "--segmenter", "friendly_module:segment"]) == 0


def import_(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent = settings_file(run, file=str(run), module=HOSTILE)
    assert f"--module {HOSTILE}" in refused(["import", "--config", sent, str(run)], capsys)
    architecture = run / "weights" / "generator.json"
    kept = architecture.read_text()
    write(architecture, {"schema": 1, "kind": "module", "module": HOSTILE})
    said = refused(["import", str(run), "--out", str(run.parent / "imported")], capsys)
    assert f"has the generator '{HOSTILE}', whose code would be imported, and a run cannot have code imported" in said
    architecture.write_text(kept)
    assert main(["import", str(run), "--out", str(run.parent / "imported")]) == 0


def invert(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = run.parent / "photo.png"
    Image.new("RGB", (40, 40), (90, 120, 60)).save(photo)
    sent = settings_file(run, run=str(run), photos=[str(photo)], extractor=HOSTILE)
    assert "unknown key 'extractor'" in refused(["invert", "--config", sent, str(run), str(photo)], capsys)
    quick = ["--steps", "2", "--feature-steps", "2", "--encoder-steps", "2", "--held-out", "0", "--perceptual", "none"]
    assert main(["invert", str(run), str(photo), *quick]) == 0


def paint(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent = settings_file(run, run=str(run), segmenter=HOSTILE)
    assert f"--segmenter {HOSTILE}" in refused(["paint", str(run), "--config", sent], capsys)
    opened = open_to_paint(PaintConfig(run, value_images=2))
    assert f"dissect/layer2/units.json names '{HOSTILE}' as segmenter" in opened.notes[0]
    assert open_layer(opened, "layer2").seen == ()
    edit = {"schema": 1, "sample": {"id": 0}, "class": None, "layer": "layer2", "strokes": [], "path": HOSTILE}
    kept = {
        "schema": 1, "name": "x", "edit": edit, "weights": "ema", "generator": "", "segmenter": "none",
        "samples_seed": 0, "value_images": 2,
    }  # fmt: skip
    write(run / "edits" / "x.json", kept)
    words = ["edit", str(run), "--check", "edits", "--segmenter", "friendly_module:segment"]
    assert "unknown key 'path'" in refused(words, capsys)


def export(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "unknown key 'segmenter'" in refused(
        ["export", str(run), "--config", settings_file(run, run=str(run), segmenter=HOSTILE)], capsys
    )
    assert main(["export", str(run), "--format", "module"]) == 0
    assert HOSTILE.replace("_", "\\_") in (run / "export/module/README.md").read_text()


def report(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(run)]) == 0
    assert HOSTILE in (run / "report.html").read_text()


def segmenter_train(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent = settings_file(run, images=str(run), segmenter=HOSTILE)
    assert "unknown key 'segmenter'" in refused(["segmenter", "train", str(run), "--config", sent], capsys)


OPENED: dict[str, Callable[[Path, pytest.CaptureFixture[str]], None]] = {
    "demo": demo,
    "evolve": evolve,
    "score": score,
    "compare": compare,
    "dissect": dissect,
    "edit": edit,
    "ace": ace,
    "context": context,
    "repair": repair,
    "import": import_,
    "invert": invert,
    "paint": paint,
    "export": export,
    "report": report,
    "segmenter train": segmenter_train,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_imports_what_a_file_names(
    command: str, run: Path, modules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    OPENED[command](run, capsys)
    assert not modules.exists()
    assert "hostile_module" not in sys.modules


def test_what_the_user_names_himself_is_imported(run: Path, modules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["edit", str(run), "--layer", "layer2", "--units", "1", "--num-images", "4", "--segmenter", HOSTILE]
    assert "has no concepts" in refused(words, capsys)
    assert modules.exists()
    del sys.modules["hostile_module"]


def test_a_name_may_stand_in_a_file_and_on_the_command_line(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = "friendly_module:features"
    sent = settings_file(run, runs=[str(run)], extractor=own)
    words = ["score", str(run), "--config", sent, "--num-images", "8", "--num-real", "8", "--metrics", "fd"]
    assert f"give --extractor {own} yourself" in refused(words, capsys)
    assert main([*words, f"--extractor={own}"]) == 0
    assert main([*words, "--dry-run", "--extractor", "efficientnet"]) == 0


def test_a_name_given_under_another_option_does_not_count(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent = settings_file(run, extractor=HOSTILE)
    assert f"--extractor {HOSTILE}" in refused(["evolve", "--config", sent, "--name", HOSTILE], capsys)
