"""The encoder's shapes, and what its answers are made of."""

import pytest
import torch
from tests.invert.world import small_generator

from ganatomy.invert.encoder import Encoder, EncoderShape, encoded, encoder_shape


@pytest.mark.parametrize("size", [4, 16, 28, 64, 128])
def test_images_of_any_size_give_latents_and_classes(size):
    encoder = Encoder(EncoderShape(size, z_dim=5, classes=3)).eval()
    entries, logits = encoder(torch.zeros(2, 3, size, size))
    assert (entries.shape, logits.shape) == ((2, 5), (2, 3))


def test_it_is_built_for_its_generator():
    generator = small_generator()
    assert encoder_shape(generator) == EncoderShape(32, 4, 0)
    generator.class_names = ("tree", "door")
    assert encoder_shape(generator) == EncoderShape(32, 4, 2)


def test_entries_are_those_that_the_law_can_have_and_the_likeliest_class_comes_first():
    generator = small_generator("uniform")
    generator.class_names = ("tree", "door", "sky")
    encoder = Encoder(encoder_shape(generator)).eval()
    torch.nn.init.zeros_(encoder.head.weight)
    encoder.head.bias.data = torch.tensor([3.0, -3.0, 0.5, 0.0, 0.0, 2.0, 1.0])
    entries, classes = encoded(encoder, generator, torch.zeros(1, 3, 32, 32))
    assert entries.tolist() == [[1, -1, 0.5, 0]]
    assert classes.tolist() == [[1, 2, 0]]
