"""Weights that are kept as what they are computed from: spectral norms and weight norms become plain weights again.

Sources: spectral norm, Miyato et al., arXiv 1802.05957, W / sigma(W), sigma = u . W v; weight norm, Salimans, Kingma,
arXiv 1602.07868, g v / |v|. As torch keeps them, today as parametrizations and formerly as hooks did.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from ganatomy.errors import CheckpointError

SPECTRAL = (
    (".weight_orig", ".weight_u", ".weight_v"),
    (".parametrizations.weight.original", ".parametrizations.weight.0._u", ".parametrizations.weight.0._v"),
)
"""W, u and v, behind the name of a map."""
WEIGHT = (
    (".weight_g", ".weight_v"),
    (".parametrizations.weight.original0", ".parametrizations.weight.original1"),
)
"""g and v."""


def folded(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a state dict in which every map has the one weight that it runs with in evaluation mode.

    Args:
        tensors: a state dict; one without such norms is returned as it is.

    Raises:
        CheckpointError: what a weight is computed from does not fit together.
    """
    plain = dict(tensors)
    for endings in (*SPECTRAL, *WEIGHT):
        for name in [one.removesuffix(endings[0]) for one in plain if one.endswith(endings[0])]:
            held = [plain.pop(name + ending, None) for ending in endings]
            given = [one for one in held if one is not None and one.is_floating_point()]
            weight = None
            if len(given) == len(endings):
                weight = _spectral(*given) if endings in SPECTRAL else _normed(*given)
            if weight is None:
                shapes = ", ".join(
                    f"{ending[1:]} {tuple(one.shape) if one is not None else 'missing'}"
                    for ending, one in zip(endings, held, strict=True)
                )
                raise CheckpointError(f"'{name}' has {shapes}, of which no weight can be computed")
            plain[f"{name}.weight"] = weight
    return plain


def _spectral(weight: Tensor, u: Tensor, v: Tensor) -> Tensor | None:
    """Return W / sigma; None where u and v are none of its rows and columns.

    Rows are outputs, which a transposed convolution has in its second dimension. Where both could be meant, those are
    along which the vectors that power iteration has found stretch the more.
    """
    matrices = [weight.transpose(0, dim).flatten(1) for dim in range(min(weight.ndim, 2)) if weight.ndim > 1]
    sigmas = [
        torch.dot(u.float(), matrix.float() @ v.float()) for matrix in matrices if matrix.shape == (*u.shape, *v.shape)
    ]
    return weight.float() / max(sigmas, key=abs) if sigmas else None


def _normed(g: Tensor, v: Tensor) -> Tensor | None:
    """Return g v / |v|, the norm over the dimensions that g does not have; None where g is none of v's."""
    if g.ndim not in (0, v.ndim) or any(
        length not in (1, other) for length, other in zip(g.shape, v.shape, strict=False)
    ):
        return None
    across = [dim for dim in range(v.ndim) if g.ndim == 0 or g.shape[dim] == 1]
    return g.float() * v.float() / torch.linalg.vector_norm(v.float(), dim=across, keepdim=True) if across else None
