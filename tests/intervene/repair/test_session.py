"""A run repaired: its faulty unit found, its weights written, opened by whatever opens weights."""

import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from tests.cli.tiny import contents
from tests.intervene.repair.planted import Judge
from tests.intervene.repair.runs import FAULTY, FEATURES, LAYER, faulty_generator, write_faulty

from ganatomy.config.edit import EditConfig
from ganatomy.config.repair import RepairConfig
from ganatomy.config.score import ScoreConfig
from ganatomy.errors import CheckpointError, ConfigError, IncompatibleRun, LayerNotFound
from ganatomy.hooks import edit
from ganatomy.intervene import session as edit_session
from ganatomy.intervene.changes import Change, ablate
from ganatomy.intervene.repair import session
from ganatomy.intervene.repair.baking import bake, largest_difference
from ganatomy.intervene.repair.session import repair_run
from ganatomy.metrics.session import score_runs
from ganatomy.models.fingerprint import fingerprint
from ganatomy.progress import SILENT
from ganatomy.runs.layout import REPAIR
from ganatomy.runs.manifest import Images, Manifest, Origin, TrainingData, write_manifest
from ganatomy.runs.records.reading import read_record
from ganatomy.runs.records.repairs import RepairRecord
from ganatomy.runs.weights import load_image_generator, save_repaired
from ganatomy.segment.planted import PlantedSegmenter

SETTINGS = {
    "extractor": FEATURES, "segmenter": "scenes", "num_images": 120, "top_images": 8, "random_sets": 2, "budget": 2.0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def loads(monkeypatch):
    """Which segmenters are asked for: all are the one that names colours."""
    asked = []

    def load(choice, *_):
        asked.append(choice.name)
        return PlantedSegmenter()

    monkeypatch.setattr(session, "load_choice", load)
    monkeypatch.setattr(edit_session, "load_choice", load)
    return asked


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    return write_faulty(tmp_path_factory.mktemp("runs"))


def config(faulty, **more):
    run, real = faulty
    return RepairConfig(run.path, **({"data": str(real)} | SETTINGS | more))


def test_the_faulty_unit_is_found_and_its_weights_are_written_and_opened(tmp_path):
    run, real = write_faulty(tmp_path)
    lines = []
    repaired = repair_run(config((run, real), export=tmp_path / "out" / "mended.safetensors"), Told(lines))
    assert (repaired.repair.layer, repaired.repair.units) == (LAYER, (FAULTY,))
    assert repaired.folder == run.path / "repair" / "0001-layer2"
    assert {path.name for path in repaired.folder.iterdir()} == {REPAIR, "before.png", "after.png", "compare.png"}
    assert repaired.weights == run.path / "weights" / "repaired.safetensors"
    kept = "the run has kept no discriminator, so that none was asked about its units"
    assert repaired.warnings == (kept,)
    assert lines == ["took 160 images", kept]

    baked, generator = load_image_generator(run, "repaired"), faulty_generator()
    z = torch.randn(50, 4, generator=torch.Generator().manual_seed(1))
    with torch.no_grad(), edit(generator, ablate(LAYER, [FAULTY])):
        assert (baked(z) - generator(z)).abs().max() <= 1e-5
    record = read_record(RepairRecord, repaired.folder / REPAIR)
    assert (record.weights, record.generator, record.units, record.refusal) == (
        "ema",
        fingerprint(generator),
        (2,),
        None,
    )
    assert record.baked.generator == fingerprint(baked)

    assert load_file(tmp_path / "out/mended.safetensors").keys() == generator.state_dict().keys()
    with safe_open(repaired.weights, "pt") as file:
        said = json.loads(file.metadata()["repaired"])
    assert said == {
        "weights": "ema", "generator": fingerprint(generator), "layer": "layer2", "units": [2], "constants": [0.0],
    }  # fmt: skip

    score = ScoreConfig((run.path,), ("fd",), FEATURES, num_images=50, num_real=50, data=str(real))
    values = [score_runs(ScoreConfig(**{**vars(score), "weights": weights}), SILENT) for weights in ("ema", "repaired")]
    assert values[0].runs[0].scores[0].value > values[1].runs[0].scores[0].value
    edited = edit_session.edit_units(
        EditConfig(
            run.path, LAYER, units=(FAULTY,), segmenter="scenes", num_images=6, random_sets=1, weights="repaired"
        ),
        SILENT,
    )
    assert all(effect.area_after == effect.area_before for effect in edited.effects.effects)  # it is off already


def test_where_nothing_is_found_no_weights_are_written(faulty):
    run, _ = faulty
    repaired = repair_run(config(faulty, units=(0,)), SILENT)
    assert (repaired.weights, repaired.exported, repaired.repair.units) == (None, None, ())
    assert not (run.path / "weights/repaired.safetensors").exists()
    record = read_record(RepairRecord, repaired.folder / REPAIR)
    assert record.baked is None
    assert "is not above 0" in record.refusal
    with pytest.raises(CheckpointError, match="has no weights 'repaired'; it has ema"):
        load_image_generator(run, "repaired")


def test_the_discriminator_that_a_run_has_kept_is_asked(faulty, monkeypatch):
    monkeypatch.setattr(session, "has_discriminator", lambda _: True)
    monkeypatch.setattr(session, "load_discriminator", lambda *_: Judge())
    repaired = repair_run(config(faulty, candidates=1), SILENT)
    judged = repaired.repair.scores[-1]
    assert (judged.method, judged.candidates, repaired.warnings) == ("discriminator", (FAULTY,), ())


def test_which_segmenter(faulty, tmp_path, loads):
    run, real = faulty
    with pytest.raises(
        ConfigError, match="does not say what it was trained on, so nothing tells its concepts; give --seg"
    ):
        repair_run(config(faulty, segmenter=None), SILENT)
    run, real = write_faulty(tmp_path)
    data = TrainingData("scenes", image_size=32)
    write_manifest(run, Manifest(Origin("grown", discriminator="projected"), image_size=32, data=data))
    repaired = repair_run(config((run, real), segmenter=None, units=(FAULTY,), extractor=FEATURES), SILENT)
    assert loads == ["scenes"]
    assert repaired.repair.units == (FAULTY,)
    folder = run.path / "dissect" / LAYER
    folder.mkdir(parents=True)
    (folder / "units.json").write_text("{}")
    with pytest.raises(Exception, match=r"units\.json has schema None"):
        repair_run(config((run, real), segmenter=None), SILENT)


def test_what_is_not_there_is_said_in_one_line_and_nothing_is_written(faulty):
    run, _ = faulty
    before = contents(run.path)
    with pytest.raises(ConfigError, match="does not say what it was trained on; give real images with --data"):
        repair_run(config(faulty, data=None), SILENT)
    with pytest.raises(ConfigError, match="no extractor 'vgg'"):
        repair_run(config(faulty, extractor="vgg"), SILENT)
    with pytest.raises(LayerNotFound, match="no layer 'layer9' in Generator; did you mean"):
        repair_run(config(faulty, layer="layer9"), SILENT)
    with pytest.raises(ConfigError, match="layer 'layer2' has no unit 6; its units are 0 to 5"):
        repair_run(config(faulty, units=(6,)), SILENT)
    with pytest.raises(IncompatibleRun, match="no run directory at"):
        repair_run(RepairConfig(run.path / "nowhere"), SILENT)
    assert contents(run.path) == before


def test_too_few_real_images(faulty, tmp_path):
    _, real = faulty
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(real.iterdir())[:5]:
        (few / path.name).write_bytes(path.read_bytes())
    with pytest.raises(ConfigError, match="5 real images are too few to halve"):
        repair_run(config(faulty, data=str(few)), SILENT)


def test_weights_of_a_generator_of_other_channels_are_its_own(tmp_path):
    run, _ = write_faulty(tmp_path)
    write_manifest(run, Manifest(Origin("imported"), image_size=32, images=Images(channels="BGR")))
    generator = load_image_generator(run)
    change = Change(LAYER, (FAULTY,))
    baked = bake(generator, change, torch.randn(20, 4, generator=torch.Generator().manual_seed(1)))
    save_repaired(run, baked.generator, {})
    assert load_file(run.path / "weights/repaired.safetensors").keys() == faulty_generator().state_dict().keys()
    z = torch.randn(20, 4, generator=torch.Generator().manual_seed(2))
    assert largest_difference(generator, change, load_image_generator(run, "repaired"), z) == 0


class Told:
    def __init__(self, lines):
        self._lines = lines

    def task(self, *args, **kwargs):
        return SILENT.task(*args, **kwargs)

    def line(self, text):
        self._lines.append(text)
