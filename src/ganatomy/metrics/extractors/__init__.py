"""The networks that metrics look through, by name.

`inception` is the network of the published FID (arXiv 1706.08500) and Inception Score (arXiv 1606.03498),
`resnet56` a classifier of CIFAR-10, `ade20k` the encoder of a segmenter of scenes, `efficientnet` a
classifier of ImageNet whose weights come with a package, and `module:function` anything at all.
"""

from pathlib import Path

import torch

from ganatomy.errors import ConfigError
from ganatomy.metrics.extractor import Extractor
from ganatomy.metrics.extractors.function import load_function
from ganatomy.metrics.extractors.network import NetworkExtractor
from ganatomy.metrics.extractors.published import load_ade20k, load_efficientnet, load_inception, load_resnet56

__all__ = ["NAMES", "NetworkExtractor", "load_extractor"]

_FROM_FILE = {"inception": load_inception, "resnet56": load_resnet56, "ade20k": load_ade20k}
NAMES = (*_FROM_FILE, "efficientnet")

# What the file is that each of the first wants.
_WEIGHTS = {
    "inception": "the public file pt_inception-2015-12-05-6726825d.pth",
    "resnet56": "a safetensors file of the CIFAR-10 ResNet-56",
    "ade20k": "the safetensors file of the ade20k segmenter",
}


def load_extractor(name: str, weights: Path | None, device: torch.device | str = "cpu") -> Extractor:
    """Return an extractor, frozen and ready to use.

    Args:
        name: `inception`, 2048 features and 1008 classes; `resnet56`, 64 features and the 10 classes of CIFAR-10;
            `ade20k`, 320 features; `efficientnet`, 1280 features and the 1000 classes of ImageNet; or
            `module:function`, a function from images (n, 3, h, w) float32 in [-1, 1] of any size to features (n, f)
            or to a pair of features and logits (n, k).
        weights: the file of the first three; None for the others.
        device: where it runs.

    Raises:
        ConfigError: the name is unknown, the weights are missing or not wanted, or the function cannot be
            found or used.
        CheckpointError: the file does not hold the weights of this network.
        MissingExtra: the package with the weights of `efficientnet` is not installed.

    >>> extractor = load_extractor("efficientnet", weights=None)
    >>> features, logits = extractor.extract(torch.zeros(2, 3, 64, 64))
    >>> features.shape, logits.shape
    (torch.Size([2, 1280]), torch.Size([2, 1000]))
    """
    device = torch.device(device)
    if name not in NAMES and ":" not in name:
        raise ConfigError(f"no extractor {name!r}; choose one of {', '.join(NAMES)} or module:function")
    if name in _FROM_FILE and weights is None:
        raise ConfigError(f"extractor {name!r} comes without weights; pass {_WEIGHTS[name]} with --extractor-weights")
    if name not in _FROM_FILE and weights is not None:
        raise ConfigError(f"extractor {name!r} takes no weights; leave out {weights}")
    if name == "efficientnet":
        return load_efficientnet(device)
    if weights is None:
        return load_function(name, device)
    return _FROM_FILE[name](weights, device)
