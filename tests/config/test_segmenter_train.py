"""Settings of the command that trains segmenters."""

from pathlib import Path

import pytest

from ganatomy.config.segmenter_train import SegmenterTrainConfig
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "steps is 0; give 1 or more, or leave it out"),
        ({"minutes": float("inf")}, "minutes is inf; give a finite number above 0"),
        ({"batch_size": -1}, "batch_size is -1; give 1 or more"),
        ({"learning_rate": float("nan")}, "learning_rate is nan; give a finite number above 0"),
        ({"image_size": ()}, "image_size is none; give one or more of 16 to 512, each once"),
        ({"image_size": (64, 8)}, "image_size is 64 8; give one or more of 16 to 512, each once"),
        ({"image_size": (64, 64)}, "image_size is 64 64; give one or more"),
        ({"image_size": (513,)}, "image_size is 513; give one or more"),
        ({"held_out": 0.0}, "held_out is 0.0; give a share between 0 and 1, such as 0.15"),
        ({"held_out": 1.0}, "held_out is 1.0; give a share"),
        ({"held_out_split": "train"}, "held_out_split and split are both 'train'; hold out another split"),
        ({"split": "val", "held_out_split": "val"}, "held_out_split and split are both 'val'"),
        ({"split": "all", "held_out_split": "val"}, "split 'all' trains on 'val' too; give the split to train on"),
        ({"held_out_split": "all"}, "held_out_split is 'all', which holds out what is trained on; give one split"),
        ({"void": (255, -1)}, "void is 255 -1; masks have values of 0 or more"),
        ({"seed": -1}, "seed is -1; give 0 or more"),
        (
            {"colours": Path("colours.txt"), "concepts": Path("names.txt")},
            "concepts is names.txt, but colours colours.txt names the concepts; leave one out",
        ),
        ({"out": Path("segmenter.pt")}, "out is segmenter.pt; give a file that ends with .safetensors"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        SegmenterTrainConfig(Path("pairs"), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"image_size": (16, 512), "void": (0, 255), "held_out_split": "test"},
        {"split": "val", "held_out_split": "train", "steps": 1, "minutes": 0.5},
        {"split": "all", "seed": 0, "held_out": 0.99},
    ],
)
def test_settings_that_can_be_used_are_kept(changes: dict[str, object]) -> None:
    config = SegmenterTrainConfig(Path("pairs"), **changes)  # type: ignore[arg-type]
    assert {name: getattr(config, name) for name in changes} == changes
