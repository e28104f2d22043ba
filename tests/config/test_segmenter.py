"""The choice of a segmenter: what does not fit it is refused, what was chosen is kept and found again."""

import json
import re
from pathlib import Path

import pytest

from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.errors import ConfigError

WEIGHTS = Path("weights")

CHOICES = [
    SegmenterChoice(),
    SegmenterChoice("scenes", WEIGHTS),
    SegmenterChoice("ade20k", WEIGHTS, 257),
    SegmenterChoice("unified", WEIGHTS),
    SegmenterChoice("clipseg", None, 352, ("sky", "a red door")),
    SegmenterChoice("clipseg", Path("CIDAS/clipseg-rd16"), concepts=("sky",)),
    SegmenterChoice("unified", WEIGHTS, options=("no-quadrants", "all-parts")),
    SegmenterChoice("trained", WEIGHTS),
    SegmenterChoice("hf:nvidia/segformer-b0-finetuned-ade-512-512", None, 512),
    SegmenterChoice("my.module:function"),
]
RECORDED = [choice for choice in CHOICES if choice.kind != "function"]


@pytest.mark.parametrize("choice", RECORDED, ids=lambda choice: choice.name)
def test_a_choice_is_found_again_in_its_record(choice):
    assert SegmenterChoice.from_record(json.loads(json.dumps(choice.recorded())), "units.json") == choice


def test_a_record_cannot_name_a_function():
    with pytest.raises(ConfigError) as refused:
        SegmenterChoice.from_record(SegmenterChoice("my.module:function").recorded(), "runs/a/units.json")
    assert str(refused.value) == (
        "runs/a/units.json names 'my.module:function' as segmenter, which would be imported, and a file cannot have "
        "code imported: if you know 'my.module' and trust it, give --segmenter my.module:function yourself"
    )


def test_records_without_concepts_are_read():
    record = {"segmenter": "scenes", "segmenter_weights": None, "input_size": None}
    assert SegmenterChoice.from_record(record, "units.json") == SegmenterChoice()


def test_names_with_a_colon_are_of_two_kinds():
    assert [choice.kind for choice in CHOICES[-2:]] == ["hf", "function"]
    assert CHOICES[3].kind == "unified"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"name": "ade2k"},
            "no segmenter 'ade2k'; choose one of ade20k, clipseg, scenes, trained, unified, hf:NAME_OR_FOLDER or mod",
        ),
        ({"name": "hf"}, "no segmenter 'hf'; choose"),
        ({"name": "function"}, "no segmenter 'function'; choose"),
        (
            {"name": "ade20k"},
            "segmenter 'ade20k' comes without weights; pass a safetensors file with --segmenter-weights",
        ),
        (
            {"name": "unified"},
            "segmenter 'unified' comes without weights; pass the folder of its files with --segmenter-weights",
        ),
        ({"name": "hf:a/b", "weights": WEIGHTS}, "segmenter 'hf:a/b' takes no weights; leave out weights"),
        ({"name": "hf:"}, "segmenter 'hf:' names no model; give a folder or a name, such as hf:nvidia/segformer-b0"),
        ({"name": "a:b", "weights": WEIGHTS}, "segmenter 'a:b' takes no weights; leave out weights"),
        (
            {"name": "scenes", "input_size": 129},
            "segmenter 'scenes' works at the size of the images; leave out the input size 129",
        ),
        ({"name": "a:b", "input_size": 64}, "segmenter 'a:b' sees the images as they are; leave out the input size 64"),
        (
            {"name": "unified", "weights": WEIGHTS, "input_size": 64},
            "segmenter 'unified' has a size of its own; leave out the input size 64",
        ),
        (
            {"name": "clipseg"},
            "segmenter 'clipseg' looks for words; pass them with --segmenter-concepts, such as: sky 'a red door'",
        ),
        (
            {"name": "scenes", "concepts": ("sky", "sea")},
            "segmenter 'scenes' has concepts of its own; leave out sky, sea",
        ),
        (
            {"name": "clipseg", "concepts": ("sky", "sky")},
            "the segmenter's concepts are ['sky', 'sky']; give words, each once",
        ),
        ({"name": "ade20k", "weights": WEIGHTS, "options": ("all-parts",)}, "segmenter 'ade20k' has no options; leave"),
        (
            {"name": "unified", "weights": WEIGHTS, "options": ("parts",)},
            "no option 'parts' of segmenter 'unified'; choose from no-quadrants, all-parts, skip-last-component",
        ),
        (
            {"name": "trained"},
            "segmenter 'trained' comes without weights; pass the file that `ganatomy segmenter train`",
        ),
        ({"name": "clipseg", "concepts": ("sky", " ")}, "the segmenter's concepts are ['sky', ' ']; give words"),
    ],
)
def test_what_does_not_fit_the_segmenter_is_refused(settings, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        SegmenterChoice(**settings)
