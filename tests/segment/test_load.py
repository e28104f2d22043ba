"""Segmenters by name, and what is said when one cannot be had."""

from pathlib import Path

import pytest
import torch

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.scenes import PACKAGED_WEIGHTS


def test_the_scene_segmenter_comes_with_its_weights():
    segmenter = load_segmenter("scenes", None)
    assert segmenter.name == "scenes"
    assert segmenter.segment(torch.zeros(1, 3, 64, 64)).shape == (1, 1, 64, 64)
    assert segmenter.fingerprint == load_segmenter("scenes", PACKAGED_WEIGHTS).fingerprint


def test_ade20k_needs_weights():
    with pytest.raises(ConfigError, match=r"'ade20k' comes without weights; pass .* --segmenter-weights"):
        load_segmenter("ade20k", None)


def test_scenes_takes_no_input_size():
    with pytest.raises(ConfigError, match="'scenes' works at the size of the images; leave out the input size 129"):
        load_segmenter("scenes", None, input_size=129)


def test_offers_the_names_there_are():
    with pytest.raises(ConfigError, match="no segmenter 'ade2k'; choose one of ade20k, scenes"):
        load_segmenter("ade2k", Path("x"))


def test_refuses_the_weights_of_the_other_segmenter():
    with pytest.raises(CheckpointError, match="holds no concept names; its metadata needs a JSON list under 'labels'"):
        load_segmenter("ade20k", PACKAGED_WEIGHTS)


@pytest.mark.slow
def test_loads_the_published_weights(shared):
    path = shared / "weights" / "ade20k_deeplabv3plus_mobilenetv2.safetensors"
    segmenter = load_segmenter("ade20k", path, input_size=129)
    assert segmenter.segment(torch.zeros(2, 3, 64, 64)).shape == (2, 1, 64, 64)
