"""Which segmenter goes without saying, and what is said where none does."""

import pytest
from torch import nn

import ganatomy as ga
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.errors import ConfigError
from ganatomy.runs.manifest import Manifest, Origin, TrainingData
from ganatomy.segment.inferred import WAYS, inferred_choice, inferred_name


@pytest.mark.parametrize("data", ["scenes", "scenes:houses", "scenes:streets"])
def test_runs_of_scenes_have_a_segmenter_of_their_own(data: str) -> None:
    manifest = Manifest(Origin("grown"), data=TrainingData(data))
    assert inferred_choice(manifest, "runs/0001") == SegmenterChoice("scenes")


def test_the_packaged_run_is_of_scenes_whatever_its_data() -> None:
    assert inferred_choice(Manifest(Origin("packaged")), "runs/0001").name == "scenes"


@pytest.mark.parametrize(
    ("data", "known"),
    [(None, "does not say what it was trained on"), (TrainingData("photos.zip"), "was trained on photos.zip")],
)
def test_any_other_run_is_refused_with_what_there_is(data: TrainingData | None, known: str) -> None:
    with pytest.raises(ConfigError) as caught:
        inferred_choice(Manifest(Origin("imported"), data=data), "runs/0001-faces")
    assert str(caught.value) == (f"runs/0001-faces {known}, so nothing tells its concepts; give --segmenter: {WAYS}")
    for way in ("hf:", "segmenter train", "clipseg", "ade20k", "module:function"):
        assert way in str(caught.value)


def test_a_generator_in_memory_is_of_scenes_where_its_run_is() -> None:
    assert inferred_name(ga.packaged()) == "scenes"


def test_any_other_module_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"^Sequential is not known to make scenes, so nothing .*; give segmenter=, a"
    ):
        inferred_name(nn.Sequential())
