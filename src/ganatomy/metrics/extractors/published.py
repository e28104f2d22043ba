"""The networks with published weights, as extractors."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate
from torch.nn.utils import convert_conv2d_weight_memory_format

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.functions import one_line
from ganatomy.metrics.extractors.network import LARGE_BATCH, NetworkExtractor
from ganatomy.models.networks import cifar_resnet, efficientnet, inception
from ganatomy.segment.checkpoint import read_checkpoint
from ganatomy.segment.networks import ade20k


def load_inception(path: Path, device: torch.device) -> NetworkExtractor:
    """Return Inception v3 of 2015-12-05 with the weights at `path`.

    Pixels are rounded to whole numbers in [0, 255] first: the published recipe looks at images in files.

    Raises:
        ConfigError: there is no such file.
        CheckpointError: the file does not hold the weights of this network.
    """
    tensors, sha256 = read_weights(path)
    network = _placed(_fitted(inception.load_inception, tensors, path), device)
    return NetworkExtractor(
        name="inception",
        fingerprint=sha256[:16],
        resize=f"TF1 bilinear to {inception.IMAGE_SIZE}",
        num_features=inception.NUM_FEATURES,
        num_classes=inception.NUM_CLASSES,
        look=lambda images: network(images.add(1).mul(127.5).round().clamp(0, 255)),
        batch_size=_batch_size(device),
        device=device,
    )


def load_resnet56(path: Path, device: torch.device) -> NetworkExtractor:
    """Return the ResNet-56 of CIFAR-10 with the weights at `path`.

    Raises:
        ConfigError: there is no such file.
        CheckpointError: the file does not hold the weights of this network.
    """
    tensors, sha256 = read_weights(path)
    network = _placed(_fitted(cifar_resnet.load_cifar_resnet, tensors, path), device)
    return NetworkExtractor(
        name="resnet56",
        fingerprint=sha256[:16],
        resize=f"antialiased bilinear to {cifar_resnet.IMAGE_SIZE}",
        num_features=cifar_resnet.NUM_FEATURES,
        num_classes=cifar_resnet.NUM_CLASSES,
        look=lambda images: network(_resize(images, cifar_resnet.IMAGE_SIZE)),
        batch_size=_batch_size(device),
        device=device,
    )


def load_efficientnet(device: torch.device) -> NetworkExtractor:
    """Return EfficientNet-Lite0 with its ImageNet weights.

    Raises:
        MissingExtra: the package that holds the weights is not installed.
        CheckpointError: the file is not the published one.
    """
    network = _placed(efficientnet.load_efficientnet_lite0_classifier(), device)
    return NetworkExtractor(
        name="efficientnet",
        fingerprint=efficientnet.WEIGHTS_SHA256[:16],
        resize=f"antialiased bilinear to {efficientnet.IMAGE_SIZE}",
        num_features=efficientnet.NUM_FEATURES,
        num_classes=efficientnet.NUM_CLASSES,
        look=lambda images: network(_resize(images, efficientnet.IMAGE_SIZE)),
        batch_size=_batch_size(device),
        device=device,
    )


def load_ade20k(path: Path, device: torch.device) -> NetworkExtractor:
    """Return the encoder of the ADE20K segmenter with the weights at `path`; it tells no classes of images.

    Raises:
        ConfigError: there is no such file.
        CheckpointError: the file does not hold the weights of this network.
    """
    checkpoint = read_checkpoint(path)
    network = ade20k.build_deeplab(checkpoint).to(device)

    def look(images: Tensor) -> Tensor:
        size = ade20k.network_size(images.shape[2], images.shape[3], input_size=None)
        return network.pooled(ade20k.resize(images, size))

    return NetworkExtractor(
        name="ade20k",
        fingerprint=checkpoint.sha256[:16],
        resize="bilinear, corners aligned, longer side to 129 (up to 64 px), 257 (up to 256 px) or 513",
        num_features=ade20k.STAGES[-1].channels,
        num_classes=None,
        look=look,
        batch_size=_batch_size(device),
        device=device,
    )


def _placed(network: nn.Module, device: torch.device) -> nn.Module:
    """Return the network on the device, in the layout in which convolutions are fastest."""
    convert_conv2d_weight_memory_format(network, torch.channels_last)
    return network.to(device)


def _batch_size(device: torch.device) -> int:
    """Return how many images at a time suit a network: on a CPU, few enough for its caches."""
    return 8 if device.type == "cpu" else LARGE_BATCH


def _resize(images: Tensor, size: int) -> Tensor:
    """Return images of `size` x `size`, smoothed first where they become smaller (arXiv 2104.11222)."""
    if images.shape[2:] == (size, size):
        return images
    return interpolate(images, (size, size), mode="bilinear", antialias=True)


def _fitted(load: Callable[[dict[str, Tensor]], nn.Module], tensors: dict[str, Tensor], path: Path) -> nn.Module:
    """Return the network, or say whose weights did not fit."""
    try:
        return load(tensors)
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error}") from None


def read_weights(path: Path) -> tuple[dict[str, Tensor], str]:
    """Return the float32 tensors of a safetensors file or of one of `torch.save`, and its SHA-256.

    The latter is unpickled by torch's reader of weights, which runs no code of the file.

    Raises:
        ConfigError: there is no such file.
        CheckpointError: the file cannot be read as weights.
    """
    if path.suffix == ".safetensors":
        checkpoint = read_checkpoint(path)
        return checkpoint.tensors, checkpoint.sha256
    if not path.is_file():
        raise ConfigError(f"no weights at {path}; pass the path of a .pth or safetensors file")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged pickle raises anything at all
        raise CheckpointError(f"cannot read {path} as weights ({one_line(error)}); fetch it again") from error
    if not isinstance(content, dict) or not all(isinstance(tensor, Tensor) for tensor in content.values()):
        raise CheckpointError(f"{path} does not hold a dictionary of tensors; pass the original file")
    return {name: tensor.float() for name, tensor in content.items()}, hashlib.sha256(path.read_bytes()).hexdigest()
