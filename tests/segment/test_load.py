"""Segmenters by name, and what is said when one cannot be had."""

from pathlib import Path

import pytest
import torch

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment import load
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.networks.scenes import PACKAGED_WEIGHTS


@pytest.fixture
def calls(monkeypatch):
    """Stand in for the functions that load, and keep what they are called with."""
    kept = []
    for name in ("load_huggingface", "load_clipseg", "load_unified"):
        monkeypatch.setattr(
            load, name, lambda *given, name=name, **named: kept.append((name, *given, *([named] if named else [])))
        )
    return kept


def test_the_scene_segmenter_comes_with_its_weights():
    segmenter = load_segmenter("scenes", None)
    assert segmenter.name == "scenes"
    assert segmenter.segment(torch.zeros(1, 3, 64, 64)).shape == (1, 1, 64, 64)
    assert segmenter.fingerprint == load_segmenter("scenes", PACKAGED_WEIGHTS).fingerprint


def test_what_does_not_fit_the_name_is_refused():
    with pytest.raises(ConfigError, match=r"'ade20k' comes without weights; pass .* --segmenter-weights"):
        load_segmenter("ade20k", None)
    with pytest.raises(ConfigError, match="'scenes' works at the size of the images; leave out the input size 129"):
        load_segmenter("scenes", None, input_size=129)
    with pytest.raises(
        ConfigError, match="no segmenter 'ade2k'; choose one of ade20k, clipseg, scenes, trained, unified, hf:"
    ):
        load_segmenter("ade2k", Path("x"))


def test_refuses_the_weights_of_the_other_segmenter():
    with pytest.raises(CheckpointError, match="holds no concept names; its metadata needs a JSON list under 'labels'"):
        load_segmenter("ade20k", PACKAGED_WEIGHTS)


def test_models_of_the_library_are_loaded_by_name_or_folder(calls):
    load_segmenter("hf:nvidia/segformer-b0-finetuned-ade-512-512")
    load_segmenter("hf:C:/models/mine", None, 512, "cuda")
    assert calls == [
        ("load_huggingface", "nvidia/segformer-b0-finetuned-ade-512-512", None, "cpu"),
        ("load_huggingface", "C:/models/mine", 512, "cuda"),
    ]


def test_clipseg_has_default_weights_and_is_given_its_words(calls):
    load_segmenter("clipseg", concepts=("sky", "sea"))
    load_segmenter("clipseg", Path("models/mine"), 352, "cuda", ("sky",))
    assert calls == [
        ("load_clipseg", ("sky", "sea"), "CIDAS/clipseg-rd64-refined", None, "cpu"),
        ("load_clipseg", ("sky",), "models/mine", 352, "cuda"),
    ]


def test_the_unified_segmenter_is_loaded_from_its_folder(calls):
    load_segmenter("unified", Path("release"), device="cuda")
    load_segmenter("unified", Path("release"), options=("no-quadrants", "all-parts"))
    whole = {"quadrants": True, "all_parts": False, "skip_last_component": False}
    assert calls == [
        ("load_unified", Path("release"), "cuda", whole),
        ("load_unified", Path("release"), "cpu", {**whole, "quadrants": False, "all_parts": True}),
    ]


def test_a_trained_segmenter_goes_by_that_name():
    segmenter = load_segmenter("trained", PACKAGED_WEIGHTS)
    assert segmenter.name == "trained"
    assert segmenter.fingerprint.startswith("trained-")


def test_a_function_is_loaded_by_its_module():
    segmenter = load_segmenter("tests.segment.functions:brightness")
    assert segmenter.segment(torch.ones(1, 3, 2, 2)).tolist() == [[[[1, 1], [1, 1]]]]


@pytest.mark.slow
def test_loads_the_published_weights(shared):
    path = shared / "weights" / "ade20k_deeplabv3plus_mobilenetv2.safetensors"
    segmenter = load_segmenter("ade20k", path, input_size=129)
    assert segmenter.segment(torch.zeros(2, 3, 64, 64)).shape == (2, 1, 64, 64)
