"""The network computes what the slow version does and takes the state dictionaries of the release."""

import torch
from tests.reference import unified as reference
from tests.segment.release import random_weights

from ganatomy.segment.networks.upernet import Classes, Decoder, Encoder, UPerNet

SIZES = {"scene": 3, "object": 5, "part": 7, "material": 4}
CLASSES = Classes(scenes=3, objects=5, parts=7, materials=4)


def shapes(network: torch.nn.Module) -> dict[str, tuple[int, ...]]:
    tensors = network.state_dict().items()
    return {name: tuple(tensor.shape) for name, tensor in tensors if not name.endswith("num_batches_tracked")}


def test_agrees_with_the_slow_version_at_every_head():
    encoder = random_weights(reference.encoder_shapes())
    decoder = random_weights(reference.decoder_shapes(SIZES, width=16), seed=1)
    network = UPerNet(CLASSES, width=16).eval()
    network.encoder.load_state_dict(encoder, strict=False)
    network.decoder.load_state_dict(decoder, strict=False)
    x = 50 * torch.randn(2, 3, 64, 96, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        maps, logits = network.encoder(x), network(x)
        expected_maps = reference.encode(encoder, x.double())
        expected = reference.decode(decoder, expected_maps)
    for stride, level, expected_level in zip((4, 8, 16, 32), maps, expected_maps, strict=True):
        assert level.shape[2:] == (64 // stride, 96 // stride)
        torch.testing.assert_close(level.double(), expected_level, rtol=1e-4, atol=1e-4 * expected_level.max().item())
    for given, head in (
        (logits.scenes[:, :, None, None], "scene"),
        (logits.objects, "object"),
        (logits.parts, "part"),
        (logits.materials, "material"),
    ):
        scale = expected[head].abs().max().item()
        assert given.std() > 0.01 * scale > 0
        torch.testing.assert_close(given.double(), expected[head], rtol=0, atol=1e-4 * scale)


def test_has_the_names_and_shapes_of_the_release():
    with torch.device("meta"):
        encoder, decoder = Encoder(), Decoder(Classes(scenes=365, objects=336, parts=427, materials=26), width=512)
    assert shapes(encoder) == reference.encoder_shapes()
    full = {"scene": 365, "object": 336, "part": 427, "material": 26}
    assert shapes(decoder) == reference.decoder_shapes(full)
    # counted from the shapes: a ResNet-50 without classifier has 23.5 million weights, its stem of 3 adds 0.1
    assert round(sum(p.numel() for p in encoder.parameters()) / 1e6, 1) == 23.6
