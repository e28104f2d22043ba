"""Spectral normalisation: each weight divided by its largest singular value.

Source: Miyato, Kataoka, Koyama, Yoshida, "Spectral Normalization for Generative Adversarial Networks",
arXiv 1802.05957. One step of power iteration in each forward pass in training mode, none in evaluation.
"""

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


def normalise_spectrally(module: nn.Module, rng: torch.Generator) -> None:
    """Bound every convolution and dense layer of `module`, in place; draw its first weights before.

    Args:
        module: the network, with weights drawn.
        rng: draws where power iterations start.
    """
    layers = [part for part in module.modules() if isinstance(part, nn.Linear | nn.Conv2d)]
    # torch draws the start of power iteration from its global stream.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(torch.randint(2**31, (1,), generator=rng)))
        for layer in layers:
            spectral_norm(layer)
