"""Inverted photos on the page."""

from pathlib import Path

from PIL import Image
from tests.report.inversion_record import inversion_json

from ganatomy.draw.text import MISSING
from ganatomy.report.sections.inversions import inversions_view
from ganatomy.runs.records.inversions import InversionRecord
from ganatomy.runs.records.reading import record_from


def view(run: Path, **more):
    record = record_from(InversionRecord, inversion_json(**more), "inversion.json")
    (shown,) = inversions_view(run, {run / "invert/0001-beach/inversion.json": record}).inversions
    return shown


def test_all_values_are_the_files(tmp_path):
    shown = view(tmp_path)
    assert (shown.key, shown.answer) == ("inversion-1", "harder than most training data")
    assert shown.reason == "its perceptual distance 0.750 is above that of 90%"
    assert [(one.name, one.rmse, one.perceptual, one.seconds) for one in shown.stages] == [
        ("latents by the encoder", "0.200", "1.100", "2.0 s"), ("latents optimised", "0.125", "0.750", "2.0 s"),
        ("features optimised", "0.062", "0.250", "2.0 s"),
    ]  # fmt: skip
    assert shown.stages[0].out_of_range == MISSING
    assert shown.stages[2].out_of_range.startswith("4.0")
    assert [(one.error, one.value, one.real, one.samples) for one in shown.standing] == [
        ("pixel error of the latents", "0.125", "0.100", "0.020"),
        ("perceptual distance of the features", "0.750", "0.500", "0.100"),
    ]  # fmt: skip
    assert shown.pictures == ()
    assert inversions_view(tmp_path, {}) is None


def test_what_was_left_out_is_missing(tmp_path):
    rows = [{"stage": "latent", "rmse": 0.1, "perceptual": None, "seconds": 1.0}]
    alone = {
        "stage": "latent",
        "error": "rmse",
        "value": 0.1,
        "real_median": None,
        "samples_median": 0.1,
        "percentile": None,
    }
    shown = view(tmp_path, stages=rows, standing=[alone], num_real=0, verdict="open")
    assert shown.stages[0].perceptual == shown.standing[0].real == shown.standing[0].above == MISSING
    assert (shown.answer, shown.reason) == ("open", "")


def test_photo_latents_and_features_stand_side_by_side(tmp_path):
    folder = tmp_path / "invert/0001-beach"
    folder.mkdir(parents=True)
    for name in ("photo", "encoder", "latent", "features"):
        Image.new("RGB", (64, 64), "green").save(folder / f"{name}.png")
    shown = view(tmp_path)
    assert [label for label, _ in shown.pictures] == ["photo", "by its latents", "by the features of layer2"]
