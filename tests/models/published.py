"""Random weights in the form of published checkpoints."""

import math
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from ganatomy.models.networks.folding import Folded


def random_checkpoint(network: nn.Module, layers: Iterable[Folded], kept: Mapping[str, str]) -> dict[str, Tensor]:
    """Return weights that keep activations near one."""
    rng = torch.Generator().manual_seed(0)
    tensors: dict[str, Tensor] = {}
    for layer in layers:
        shape = network.get_submodule(layer.ours).weight.shape
        tensors[f"{layer.convolution}.weight"] = torch.randn(shape, generator=rng) * math.sqrt(2 / shape[1:].numel())
        tensors[f"{layer.norm}.weight"] = 0.8 + 0.4 * torch.rand(shape[0], generator=rng)
        tensors[f"{layer.norm}.running_var"] = 0.8 + 0.4 * torch.rand(shape[0], generator=rng)
        for name in ("bias", "running_mean"):
            tensors[f"{layer.norm}.{name}"] = 0.1 * torch.randn(shape[0], generator=rng)
        tensors[f"{layer.norm}.num_batches_tracked"] = torch.tensor(0)
    for theirs, ours in kept.items():
        shape = network.state_dict()[ours].shape
        tensors[theirs] = torch.randn(shape, generator=rng) / math.sqrt(shape[-1])
    return tensors
