"""Loads published weights, each BatchNorm (arXiv 1502.03167) folded into the convolution before it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from ganatomy.errors import CheckpointError

COUNTER = "num_batches_tracked"  # says nothing about the weights; older files lack it


@dataclass(frozen=True)
class Folded:
    """Where a published checkpoint keeps one convolution and the BatchNorm after it."""

    ours: str
    """The convolution's name in the network, which has a bias for the BatchNorm."""
    convolution: str
    norm: str


def load_folded(
    network: nn.Module,
    published: Mapping[str, Tensor],
    layers: Sequence[Folded],
    eps: float,
    kept: Mapping[str, str],
    ignored: Collection[str] = (),
) -> None:
    """Load a published checkpoint into a network without BatchNorm, and freeze it in evaluation mode.

    With gain = weight / sqrt(running_var + eps), a convolution's weight becomes weight * gain and its bias
    norm.bias - running_mean * gain.

    Args:
        network: the network, changed in place.
        published: the checkpoint's tensors by their published names.
        layers: the convolutions.
        eps: the constant of the BatchNorms.
        kept: published name -> name in the network, of the tensors that are taken as they are.
        ignored: published names that the network has no use for.

    Raises:
        CheckpointError: a tensor is missing, left over or of another shape.
    """
    _check(network, published, layers, kept, ignored)
    weights = {ours: published[theirs] for theirs, ours in kept.items()}
    for layer in layers:
        gain = published[f"{layer.norm}.weight"] / (published[f"{layer.norm}.running_var"] + eps).sqrt()
        weights[f"{layer.ours}.weight"] = published[f"{layer.convolution}.weight"] * gain[:, None, None, None]
        weights[f"{layer.ours}.bias"] = published[f"{layer.norm}.bias"] - published[f"{layer.norm}.running_mean"] * gain
    network.load_state_dict(weights)
    network.eval().requires_grad_(False)


def _check(
    network: nn.Module,
    published: Mapping[str, Tensor],
    layers: Sequence[Folded],
    kept: Mapping[str, str],
    ignored: Collection[str],
) -> None:
    """Raise `CheckpointError` unless the checkpoint is one of this network."""
    shapes = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    wanted = {theirs: shapes[ours] for theirs, ours in kept.items()}
    for layer in layers:
        wanted[f"{layer.convolution}.weight"] = shapes[f"{layer.ours}.weight"]
        for part in ("weight", "bias", "running_mean", "running_var"):
            wanted[f"{layer.norm}.{part}"] = shapes[f"{layer.ours}.bias"]
    given = {name: tuple(tensor.shape) for name, tensor in published.items() if not name.endswith(COUNTER)}
    wrong = [f"{name} is missing" for name in wanted if name not in given]
    wrong += [
        f"{name} has shape {given[name]} instead of {shape}"
        for name, shape in wanted.items()
        if given.get(name, shape) != shape
    ]
    wrong += [f"{name} is not part of it" for name in given if name not in wanted and name not in ignored]
    if wrong:
        others = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise CheckpointError(
            f"these are not the published weights of {type(network).__name__}: {wrong[0]}{others}; "
            "pass the original file"
        )
