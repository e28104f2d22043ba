"""Directions of the greatest variance of a layer.

Source: GANSpace (Härkönen, Hertzmann, Lehtinen, Paris, arXiv 2004.02546), section 2.

Differs: of the units at single cells, all cells of all samples being the points, so that a direction has a value at
each cell, as a channel has; they take the first layer's output, or w, as one vector. And each direction is turned so
that its entry of greatest size is positive.
"""

import torch
from torch import Tensor, nn

from ganatomy.config.directions import LATENTS
from ganatomy.errors import ConfigError, DataError, LayerError
from ganatomy.hooks import run_up_to
from ganatomy.models.protocol import sample_latents
from ganatomy.progress import SILENT, Progress
from ganatomy.seeds import stream
from ganatomy.stats.moments import Moments

LEAST_VARIANCE = 1e-9
"""Part of the whole variance below which a direction is one of rounding errors."""
STREAM = "directions"
"""The latents that directions are found in: others than those of a dissection or an edit."""


@torch.no_grad()
def principal_directions(
    generator: nn.Module,
    base: str,
    number: int,
    num_images: int = 1000,
    seed: int = 0,
    batch_size: int = 32,
    progress: Progress = SILENT,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the directions of the greatest variance of a layer's units over all cells of samples.

    Args:
        generator: (n, z_dim) latents to images, in evaluation mode.
        base: dotted module name; its output is (n, u, h, w) or (n, u).
        number: d, how many.
        num_images: samples.
        seed: of their latents.
        batch_size: samples at a time; the directions do not depend on it, but for rounding.
        progress: told of every sample.

    Returns:
        (d, u) float64 orthonormal, greatest variance first; (u,) the mean; (d,) the part of the variance along each.

    Raises:
        LayerNotFound: no such layer.
        LayerError: its output is no (n, u, h, w) or (n, u).
        DataError: activations are NaN or infinite.
        ConfigError: the layer varies in fewer directions, or it is the latents.
    """
    if base == LATENTS:
        raise ConfigError("latents vary alike in every direction, so that pca finds none in 'z'; give sefa, or a layer")
    device = next(iter(generator.parameters()), torch.empty(0)).device
    moments: Moments | None = None
    with progress.task(f"{base}: directions", num_images, unit="img") as task:
        for z in torch.split(sample_latents(generator, num_images, stream(seed, STREAM)), batch_size):
            rows = _points(base, run_up_to(generator, [base], z.to(device))[base])
            moments = moments or Moments(rows.shape[1])
            moments.add(rows)
            task.advance(len(z))
    assert moments is not None
    vectors, values = leading(moments.covariance)
    rank = int((values > LEAST_VARIANCE * values.sum()).sum())
    if number > rank:
        least = f"give pca:{rank}, or fewer" if rank else "choose another layer"
        raise ConfigError(
            f"pca:{number} of layer '{base}', whose {len(values)} units vary in {rank} directions; {least}"
        )
    return vectors[:number], moments.mean, (values / values.sum())[:number]


def leading(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Return eigenvectors as rows and eigenvalues of a symmetric matrix (u, u), the greatest first.

    Each vector is turned so that its entry of greatest size is positive; no eigenvalue is below 0.
    """
    values, columns = torch.linalg.eigh(matrix.double())
    vectors = columns.T.flip(0)
    greatest = vectors.gather(1, vectors.abs().argmax(1, keepdim=True))
    return vectors * greatest.sign(), values.flip(0).clamp_min(0)


def _points(base: str, output: Tensor) -> Tensor:
    """Return the units of every cell, (points, u) on the CPU."""
    if output.ndim not in (2, 4):
        raise LayerError(
            f"layer '{base}' returns shape {tuple(output.shape)}; directions need units, (n, u, h, w) or (n, u): "
            "choose another layer"
        )
    if not output.isfinite().all():
        raise DataError(f"layer '{base}' gives activations that are NaN or infinite; choose other weights")
    return output.flatten(2).transpose(1, 2).flatten(0, 1).cpu() if output.ndim == 4 else output.cpu()
