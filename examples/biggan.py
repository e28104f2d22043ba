"""Dissect a generator that comes with its own code and takes a class: BigGAN-deep, class by class.

Run it as `python examples/biggan.py`, after `pip install --no-deps pytorch_pretrained_biggan` (and scipy). The weights
here are random, of a small one of its shapes; those of the paper are the package's to fetch, `BigGAN.from_pretrained`.
"""

import sys
from types import ModuleType

import torch
from torch import Tensor, nn

import ganatomy as ga
from ganatomy.segment import FunctionSegmenter

CLASSES = ("fox", "owl", "tench", "volcano")


def import_biggan() -> ModuleType:
    """Return the package; what it fetches weights by is not needed, and is replaced while it is imported."""
    downloads = ("boto3", "botocore", "botocore.exceptions", "requests")
    replaced = {name: ModuleType(name) for name in downloads if name not in sys.modules}
    for name, module in replaced.items():
        sys.modules[name] = module
    sys.modules["botocore.exceptions"].ClientError = OSError  # type: ignore[attr-defined]
    try:
        import pytorch_pretrained_biggan
    finally:
        for name in replaced:
            del sys.modules[name]
    return pytorch_pretrained_biggan


class ClassConditional(nn.Module):
    """Latents (n, z_dim) and classes (n,) int64 to images in [-1, 1]: BigGAN takes classes as rows of an identity."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network, self.z_dim = network, network.config.z_dim

    def forward(self, z: Tensor, classes: Tensor, truncation: float = 1.0) -> Tensor:
        """Return the images; latents are drawn narrower by the truncation, for which the network has statistics too."""
        one_hot = nn.functional.one_hot(classes, self.network.config.num_classes).to(z)
        return self.network(truncation * z, one_hot, truncation)


def small_biggan() -> nn.Module:
    """Return a small BigGAN of random weights, 32 px and four classes."""
    biggan = import_biggan()
    layers = [(False, 16, 16), (True, 16, 8), (True, 8, 4), (True, 4, 2), (False, 2, 1)]
    config = biggan.BigGANConfig(
        output_dim=32, z_dim=16, class_embed_dim=16, channel_width=8, num_classes=len(CLASSES), layers=layers,
        attention_layer_position=3,
    )  # fmt: skip
    torch.manual_seed(0)
    network = biggan.BigGAN(config)
    nn.init.ones_(network.generator.bn.weight)  # which the package leaves to the file of weights
    nn.init.zeros_(network.generator.bn.bias)
    with torch.no_grad():
        for _ in range(20):  # in training mode each pass brings its spectral norms nearer to what they are
            network.train()(torch.randn(4, 16), torch.eye(len(CLASSES)), 0.5)
    return network.eval()


module = ClassConditional(small_biggan()).eval()
generator = ga.adapt(module, classes=CLASSES, call={"truncation": 0.5})


def lighter(images: Tensor) -> Tensor:
    """Return 1 for pixels that are lighter than their image, (n, h, w) int64: no more is to be seen without weights."""
    grey = images.mean(1)
    return (grey > grey.mean((1, 2), keepdim=True)).long()


segmenter = FunctionSegmenter("lighter", ("dark", "light"), ("object", "object"), "1", lighter)
LAYER = "network.generator.layers.2"

print("class    units with a concept")
for name in CLASSES:
    layer = ga.dissect(ga.of_class(generator, name), LAYER, segmenter, num_images=40)[LAYER]
    print(f"{name:7}  {layer.layer.report.interpretable:2} of {len(layer.units)}")
