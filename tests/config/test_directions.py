from pathlib import Path

import pytest

from ganatomy.config.directions import DirectionsChoice
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "choice", "layer"),
    [
        ("pca:20", DirectionsChoice("pca", 20), "layer3-pca20"),
        ("sefa:5", DirectionsChoice("sefa", 5), "layer3-sefa5"),
        ("pca:3:negative", DirectionsChoice("pca", 3, True), "layer3-pca3-negative"),
        ("in/my read.outs.npz", DirectionsChoice("given", path=Path("in/my read.outs.npz")), "layer3-my-read-outs"),
        ("w.safetensors", DirectionsChoice("given", path=Path("w.safetensors")), "layer3-w"),
    ],
)
def test_words_say_directions_and_the_name_of_their_layer(text: str, choice: DirectionsChoice, layer: str) -> None:
    assert DirectionsChoice.of(text) == choice
    assert choice.layer_of("layer3") == layer
    if choice.number is not None:
        assert DirectionsChoice.named_by(layer) == ("layer3", choice)


@pytest.mark.parametrize(
    "layer", ["layer3", "layer3-pca", "layer3-pca0", "-pca3", "layer3-pca3-positive", "layer3-ica3"]
)
def test_other_names_say_nothing(layer: str) -> None:
    assert DirectionsChoice.named_by(layer) is None


@pytest.mark.parametrize("text", ["pca", "pca:0", "pca:-3", "pca:3:", "ica:3", "", "directions.csv", ".npz", "--.npz"])
def test_words_that_say_no_directions_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^directions is '.*'; give pca:20 or sefa:20, or another number, with"):
        DirectionsChoice.of(text)
