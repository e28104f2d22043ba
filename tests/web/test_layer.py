"""Layers opened to be painted in."""

import pytest
import torch
from tests.web.planted_paint import painted, planted_table
from torch import Tensor, nn

from ganatomy.errors import LayerError, LayerNotFound
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.nothing import NoConcepts
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.segment.protocol import NOTHING
from ganatomy.web import layer as module
from ganatomy.web.layer import open_painted


def test_units_are_told_by_what_they_are_where_a_concept_is() -> None:
    opened = painted(table=planted_table())
    crown, trunk, copy = (NUMBER[name] for name in ("crown", "trunk", "tree copy"))
    tree = opened.inserted["tree"]
    torch.testing.assert_close(tree[[crown, trunk, copy]], torch.tensor([2 / 3, 1 / 3, 1.0]))
    outside = opened.outside["tree"]
    assert outside is not None
    assert outside[copy] == 0
    assert opened.high[NUMBER["dead"]] == 0


def test_concepts_with_units_that_are_seen_can_be_painted_the_largest_first() -> None:
    opened = painted(table=planted_table())
    assert opened.seen[0] == "sky"
    assert "other" not in opened.seen
    assert opened.brushes == ("grass", "tree", "door")
    assert painted().brushes == ()


def test_samples_are_those_of_the_dissection() -> None:
    opened = painted(table=planted_table(num_images=20))
    assert (opened.latents.size, len(opened.observed)) == (20, 20)
    assert torch.equal(opened.observed.z, opened.latents.take(torch.arange(20)))
    assert painted().latents.size == 1000


def test_of_a_layer_of_many_cells_fewer_samples_are_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VALUES_AT_ONCE", 5 * 11 * 8 * 8)
    assert len(painted().observed) == 5
    monkeypatch.setattr(module, "VALUES_AT_ONCE", 1)
    assert len(painted().observed) == 1


def test_what_cannot_be_painted_in_is_refused() -> None:
    with pytest.raises(LayerNotFound, match="no layer 'layer9'"):
        painted("layer9")
    with pytest.raises(LayerError, match=r"layer 'output' gives the image itself, shape \(1, 3, 16, 16\)"):
        painted("output")
    flat = nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 12))
    flat.z_dim = 4  # type: ignore[assignment]
    with pytest.raises(LayerError, match=r"layer '0' returns shape \(1, 5\), which has no cells to paint"):
        open_painted(flat, NoConcepts(), "0")


class Filling(PlantedSegmenter):
    """Sees grass in the last pixel alone, and sky in all of each image."""

    def segment(self, images: Tensor) -> Tensor:
        labels = torch.full((len(images), 2, 16, 16), NOTHING)
        labels[:, 0] = self.concepts.index("sky")
        labels[:, 1, -1, -1] = self.concepts.index("door")
        return labels


def test_a_concept_smaller_than_its_cells_or_everywhere_has_values_all_the_same() -> None:
    opened = open_painted(PlantedGenerator().eval(), Filling(), "layer1", num_images=10)
    assert opened.inserted["door"].shape == (11,)
    assert opened.outside["sky"] is None
    assert opened.outside["door"] is not None


def test_without_a_segmenter_nothing_is_seen() -> None:
    opened = open_painted(PlantedGenerator().eval(), NoConcepts(), "layer2", num_images=3)
    assert (opened.seen, opened.brushes, opened.inserted, opened.units) == ((), (), {}, 7)
