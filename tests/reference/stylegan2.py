"""StyleGAN2's generator written down slowly: weights made for each sample, zeros inserted, filters summed tap by tap.

From the article (Karras et al., arXiv 1912.04958, section 2.2 and figure 7b), under the names of the authors' release
in PyTorch. Nothing is shared with the package.
"""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

Weights = Mapping[str, Tensor]


def images(
    weights: Weights,
    z: Tensor,
    *,
    number: Tensor | None = None,
    psi: float = 1.0,
    cutoff: int | None = None,
    noise: Mapping[str, Tensor] | None = None,
    clamp: float = math.inf,
) -> Tensor:
    """Return the images of latents (n, z_dim), one by one.

    Args:
        weights: by their published names, float64.
        z: latents.
        number: (n,) of the classes.
        psi: of the truncation.
        cutoff: how many layers take the truncated w.
        noise: (h, w) by `b8.conv0` and so on; None takes the constant one.
        clamp: largest size of an activation.
    """
    numbers = [None] * len(z) if number is None else number.tolist()
    return torch.stack(
        [
            _image(weights, w_of(weights, one, label), psi, cutoff, noise, clamp)
            for one, label in zip(z, numbers, strict=True)
        ]
    )


def w_of(weights: Weights, z: Tensor, number: int | None = None) -> Tensor:
    """Return w of one latent."""
    x = z / (z.pow(2).sum() / len(z) + 1e-8).sqrt()
    if number is not None:
        table = weights["mapping.embed.weight"]
        one_hot = torch.zeros(table.shape[1], dtype=z.dtype)
        one_hot[number] = 1
        y = dense(one_hot, table, weights["mapping.embed.bias"])
        x = torch.cat([x, y / (y.pow(2).sum() / len(y) + 1e-8).sqrt()])
    layer = 0
    while f"mapping.fc{layer}.weight" in weights:
        x = dense(x, weights[f"mapping.fc{layer}.weight"], weights[f"mapping.fc{layer}.bias"], 0.01)
        x = rectified(x)
        layer += 1
    return x


def dense(x: Tensor, weight: Tensor, bias: Tensor, rate: float = 1.0) -> Tensor:
    """Return the layer of equalised learning rate."""
    return (weight * rate / math.sqrt(len(x))) @ x + bias * rate


def rectified(x: Tensor) -> Tensor:
    """Return the leaky rectifier, brought back to unit scale."""
    return torch.where(x > 0, x, 0.2 * x) * math.sqrt(2)


def modulated(weight: Tensor, style: Tensor) -> Tensor:
    """Return the weights of one sample: equations 1 and 3."""
    scaled = weight * style[None, :, None, None]
    result = torch.empty_like(scaled)
    for output in range(len(weight)):
        result[output] = scaled[output] / math.sqrt(float(scaled[output].pow(2).sum()) + 1e-8)
    return result


def correlated(x: Tensor, kernel: Tensor) -> Tensor:
    """Return (o, h, w) of `x` (i, h, w), zeros around it, and a kernel (o, i, k, k), k odd."""
    side = kernel.shape[-1] // 2
    height, width = x.shape[1:]
    padded = torch.zeros(len(x), height + 2 * side, width + 2 * side, dtype=x.dtype)
    padded[:, side : side + height, side : side + width] = x
    result = torch.zeros(len(kernel), height, width, dtype=x.dtype)
    for row in range(kernel.shape[2]):
        for column in range(kernel.shape[3]):
            window = padded[:, row : row + height, column : column + width]
            result += torch.einsum("oi,ihw->ohw", kernel[:, :, row, column], window)
    return result


def upsampled_and_convolved(x: Tensor, kernel: Tensor, fir: Tensor) -> Tensor:
    """Return (o, 2h, 2w): zeros inserted, convolved with a 3x3 kernel, then with the filter (4, 4), of sum 1.

    The first convolution is as wide as it goes, h' = 2h + 1: the filter, centred on that, sees all of it.
    """
    height, width = x.shape[1:]
    wide = torch.zeros(len(x), 2 * height + 3, 2 * width + 3, dtype=x.dtype)
    wide[:, 2 : 2 * height + 1 : 2, 2 : 2 * width + 1 : 2] = x
    convolved = correlated(wide, kernel.flip(2, 3))[:, 1:-1, 1:-1]  # a convolution turns the kernel around
    return fir_at(convolved, fir * 4, 2 * height, 2 * width, offset=2)


def doubled(x: Tensor, fir: Tensor) -> Tensor:
    """Return (c, 2h, 2w): zeros inserted, then the filter."""
    height, width = x.shape[1:]
    wide = torch.zeros(len(x), 2 * height, 2 * width, dtype=x.dtype)
    wide[:, ::2, ::2] = x
    return fir_at(wide, fir * 4, 2 * height, 2 * width, offset=1)


def fir_at(x: Tensor, fir: Tensor, rows: int, columns: int, offset: int) -> Tensor:
    """Return y[i, j] = sum over s and t of fir[s, t] x[i + offset - s, j + offset - t], zeros around `x`."""
    result = torch.zeros(len(x), rows, columns, dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            for s in range(len(fir)):
                for t in range(len(fir)):
                    row, column = i + offset - s, j + offset - t
                    if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
                        result[:, i, j] += fir[s, t] * x[:, row, column]
    return result


def _image(
    weights: Weights, w: Tensor, psi: float, cutoff: int | None, noise: Mapping[str, Tensor] | None, clamp: float
) -> Tensor:
    mean = weights["mapping.w_avg"]
    truncated = mean + psi * (w - mean)
    place = 0

    def own() -> Tensor:
        return truncated if cutoff is None or place < cutoff else w

    def layer(x: Tensor, name: str, upsamples: bool) -> Tensor:
        part: Any = {key: weights[f"synthesis.{name}.{key}"] for key in ("weight", "bias", "noise_strength")}
        style = dense(own(), weights[f"synthesis.{name}.affine.weight"], weights[f"synthesis.{name}.affine.bias"])
        kernel = modulated(part["weight"], style)
        if upsamples:
            y = upsampled_and_convolved(x, kernel, weights[f"synthesis.{name}.resample_filter"])
        else:
            y = correlated(x, kernel)
        added = weights[f"synthesis.{name}.noise_const"] if noise is None else noise[name]
        y = rectified(y + part["noise_strength"] * added + part["bias"][:, None, None])
        return y.clamp(-clamp, clamp)

    def colours_of(x: Tensor, name: str) -> Tensor:
        style = dense(own(), weights[f"synthesis.{name}.affine.weight"], weights[f"synthesis.{name}.affine.bias"])
        kernel = weights[f"synthesis.{name}.weight"] * (style / math.sqrt(len(style)))[None, :, None, None]
        return (correlated(x, kernel) + weights[f"synthesis.{name}.bias"][:, None, None]).clamp(-clamp, clamp)

    x = layer(weights["synthesis.b4.const"], "b4.conv1", False)
    place = 1
    colours = colours_of(x, "b4.torgb")
    size = 8
    while f"synthesis.b{size}.conv0.weight" in weights:
        x = layer(x, f"b{size}.conv0", True)
        place += 1
        x = layer(x, f"b{size}.conv1", False)
        place += 1
        upsampled = doubled(colours, weights[f"synthesis.b{size}.resample_filter"])
        colours = upsampled + colours_of(x, f"b{size}.torgb")
        size *= 2
    return colours
