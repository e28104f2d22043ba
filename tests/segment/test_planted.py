"""The planted segmenter names colours without an error, and its probability is differentiable."""

import pytest
import torch
from tests.models.test_planted import GENERATOR, SEGMENTER, images_of, latents, shown

from ganatomy.errors import ConfigError, DataError
from ganatomy.hooks import edit
from ganatomy.models.planted import NUMBER, PALETTE, UNITS
from ganatomy.segment.protocol import OTHER, DifferentiableSegmenter

NAMES = [unit.name for unit in UNITS]


@pytest.mark.parametrize("paint", PALETTE)
def test_a_mixture_is_named_by_the_nearer_colour(paint):
    palette = torch.tensor([other.colour for other in PALETTE], dtype=torch.float32)
    colour = torch.tensor(paint.colour, dtype=torch.float32)
    mixtures = torch.lerp(palette, colour, 0.6)[:, :, None, None]
    assert torch.equal(SEGMENTER.segment(mixtures), SEGMENTER.segment(colour.view(1, 3, 1, 1).expand(8, 3, 1, 1)))


def test_the_segmenter_keeps_the_protocol():
    assert isinstance(SEGMENTER, DifferentiableSegmenter)
    named = {name for paint in PALETTE for name in (paint.object, paint.part) if name}
    assert set(SEGMENTER.concepts) == named | {OTHER}
    assert [SEGMENTER.concepts[c] for c, name in enumerate(SEGMENTER.categories) if name == "part"] == ["cloud", "door"]
    assert SEGMENTER.segment(images_of(latents(7, 3))).shape == (3, 2, 16, 16)
    assert (SEGMENTER.name, SEGMENTER.fingerprint) == ("planted", "planted-1")


def test_probabilities_are_shares_of_the_colours():
    images = images_of(latents(8))
    masks = shown(images)
    shares = {concept: SEGMENTER.probability(images, concept) for concept in SEGMENTER.concepts}
    objects = [shares[concept] for concept in SEGMENTER.concepts[:5]]
    assert torch.allclose(torch.stack(objects).sum(0), torch.ones(40, 16, 16))
    for concept, share in shares.items():
        assert share[masks[concept]].min() > 0.9
        assert share[~masks[concept]].max() < 0.1
    # One channel of a flawless colour is right with the probability sigmoid(4) = 0.982; a door is right in all three.
    assert torch.allclose(shares["door"][masks["door"]], torch.sigmoid(torch.tensor(4.0)) ** 3)
    # Black and magenta are both no concept; they share the green channel.
    low, high = torch.sigmoid(torch.tensor([-4.0, 4.0]))
    assert torch.allclose(shares[OTHER][masks[OTHER]], high**3 + low**2 * high)


def test_probability_tells_the_units_that_cause_a_concept_from_the_copy():
    z = latents(9)
    alpha = torch.ones(len(UNITS), requires_grad=True)
    with edit(GENERATOR, {"layer1": lambda maps: maps * alpha[:, None, None]}):
        probability = SEGMENTER.probability(GENERATOR(z), "tree")
    (gradient,) = torch.autograd.grad(probability.mean(), alpha)
    steepest = gradient.argsort(descending=True).tolist()
    assert [NAMES[unit] for unit in steepest[:2]] == ["crown", "trunk"]
    assert gradient[NUMBER["crown"]] == pytest.approx(2 * gradient[NUMBER["trunk"]].item(), rel=1e-4)
    assert [NAMES[unit] for unit in sorted(steepest) if gradient[unit] == 0] == [
        "tree copy", "foreground", "dead", "noise",
    ]  # fmt: skip


def test_what_the_segmenter_cannot_name_is_refused():
    with pytest.raises(ConfigError, match="no concept 'cluod'; did you mean 'cloud'"):
        SEGMENTER.probability(torch.zeros(1, 3, 4, 4), "cluod")
    with pytest.raises(DataError, match=r"takes float images \(n, 3, h, w\) in \[-1, 1\], got torch.int64"):
        SEGMENTER.segment(torch.zeros(1, 3, 4, 4, dtype=torch.int64))
