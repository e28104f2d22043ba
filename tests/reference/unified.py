"""Unified Perceptual Parsing the slow, obvious way.

Weights go by the names of the official files. Whole networks run in float64, one layer at a time, straight from the
state dictionaries.
"""

from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

Array = NDArray[np.float64]
Weights = dict[str, Tensor]

BLOCKS = (("layer1", 3, 64), ("layer2", 4, 128), ("layer3", 6, 256), ("layer4", 3, 512))


def encoder_shapes() -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor of `encoder_epoch_40.pth` that inference needs."""
    shapes: dict[str, tuple[int, ...]] = {}
    for index, (below, above) in enumerate(pairwise((3, 64, 64, 128)), start=1):
        shapes |= _pair_shapes(f"conv{index}", f"bn{index}", (above, below, 3, 3))
    channels = 128
    for layer, blocks, narrow in BLOCKS:
        for block in range(blocks):
            name = f"{layer}.{block}"
            shapes |= _pair_shapes(f"{name}.conv1", f"{name}.bn1", (narrow, channels, 1, 1))
            shapes |= _pair_shapes(f"{name}.conv2", f"{name}.bn2", (narrow, narrow, 3, 3))
            shapes |= _pair_shapes(f"{name}.conv3", f"{name}.bn3", (4 * narrow, narrow, 1, 1))
            if block == 0:
                shapes |= _pair_shapes(f"{name}.downsample.0", f"{name}.downsample.1", (4 * narrow, channels, 1, 1))
            channels = 4 * narrow
    return shapes


def decoder_shapes(classes: dict[str, int], width: int = 512) -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor of `decoder_epoch_40.pth` that inference needs.

    `classes` has `scene`, `object`, `part` and `material`.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for index in range(4):
        shapes |= _pair_shapes(f"ppm_conv.{index}.0", f"ppm_conv.{index}.1", (512, 2048, 1, 1))
    shapes |= _pair_shapes("ppm_last_conv.0", "ppm_last_conv.1", (width, 4096, 3, 3))
    for index, channels in enumerate((256, 512, 1024)):
        shapes |= _pair_shapes(f"fpn_in.{index}.0", f"fpn_in.{index}.1", (width, channels, 1, 1))
        shapes |= _pair_shapes(f"fpn_out.{index}.0.0", f"fpn_out.{index}.0.1", (width, width, 3, 3))
    shapes |= _pair_shapes("conv_fusion.0", "conv_fusion.1", (width, 4 * width, 3, 3))
    for head, place in (("scene", 2), ("object", 1), ("part", 1), ("material", 1)):
        shapes |= _pair_shapes(f"{head}_head.0.0", f"{head}_head.0.1", (width, width, 3, 3))
        shapes[f"{head}_head.{place}.weight"] = (classes[head], width, 1, 1)
        shapes[f"{head}_head.{place}.bias"] = (classes[head],)
    return shapes


def _pair_shapes(conv: str, norm: str, shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    names = ("weight", "bias", "running_mean", "running_var")
    return {f"{conv}.weight": shape} | {f"{norm}.{name}": shape[:1] for name in names}


def encode(weights: Weights, x: Tensor) -> list[Tensor]:
    """Return the maps at strides 4, 8, 16 and 32."""
    for index, stride in ((1, 2), (2, 1), (3, 1)):
        x = functional.relu(_conv_norm(weights, f"conv{index}", f"bn{index}", x, stride))
    x = functional.max_pool2d(x, 3, 2, 1)
    maps = []
    for layer, blocks, _ in BLOCKS:
        for block in range(blocks):
            name = f"{layer}.{block}"
            stride = 2 if block == 0 and layer != "layer1" else 1
            y = functional.relu(_conv_norm(weights, f"{name}.conv1", f"{name}.bn1", x))
            y = functional.relu(_conv_norm(weights, f"{name}.conv2", f"{name}.bn2", y, stride))
            y = _conv_norm(weights, f"{name}.conv3", f"{name}.bn3", y)
            if block == 0:
                x = _conv_norm(weights, f"{name}.downsample.0", f"{name}.downsample.1", x, stride)
            x = functional.relu(x + y)
        maps.append(x)
    return maps


def decode(weights: Weights, maps: list[Tensor]) -> dict[str, Tensor]:
    """Return the logits of the four heads by their names."""
    c2, c3, c4, c5 = maps
    branches = [c5]
    for index, bins in enumerate((1, 2, 3, 6)):
        pooled = torch.from_numpy(pool(c5.numpy(), bins))
        branches.append(_layer(weights, f"ppm_conv.{index}", _stretch(pooled, c5)))
    p5 = _layer(weights, "ppm_last_conv", torch.cat(branches, 1))
    f4 = _layer(weights, "fpn_in.2", c4) + _stretch(p5, c4)
    f3 = _layer(weights, "fpn_in.1", c3) + _stretch(f4, c3)
    f2 = _layer(weights, "fpn_in.0", c2) + _stretch(f3, c2)
    p2, p3, p4 = (_layer(weights, f"fpn_out.{index}.0", f) for index, f in enumerate((f2, f3, f4)))
    fused = _layer(weights, "conv_fusion", torch.cat([p2, _stretch(p3, p2), _stretch(p4, p2), _stretch(p5, p2)], 1))
    return {
        "scene": _classify(weights, "scene_head.2", _layer(weights, "scene_head.0", p5).mean((2, 3), keepdim=True)),
        "object": _classify(weights, "object_head.1", _layer(weights, "object_head.0", fused)),
        "part": _classify(weights, "part_head.1", _layer(weights, "part_head.0", fused)),
        "material": _classify(weights, "material_head.1", _layer(weights, "material_head.0", p2)),
    }


def _conv_norm(weights: Weights, conv: str, norm: str, x: Tensor, stride: int = 1) -> Tensor:
    kernel = weights[f"{conv}.weight"].double()
    y = functional.conv2d(x, kernel, stride=stride, padding=kernel.shape[2] // 2)
    scale, shift, mean, variance = (
        weights[f"{norm}.{name}"].double()[:, None, None] for name in ("weight", "bias", "running_mean", "running_var")
    )
    return (y - mean) / torch.sqrt(variance + 1e-5) * scale + shift


def _layer(weights: Weights, name: str, x: Tensor) -> Tensor:
    return functional.relu(_conv_norm(weights, f"{name}.0", f"{name}.1", x))


def _classify(weights: Weights, name: str, x: Tensor) -> Tensor:
    return functional.conv2d(x, weights[f"{name}.weight"].double(), weights[f"{name}.bias"].double())


def _stretch(x: Tensor, like: Tensor) -> Tensor:
    return functional.interpolate(x, like.shape[2:], mode="bilinear", align_corners=False)


def pool(x: Array, bins: int) -> Array:
    """Return the mean of the bilinear surface over each of `bins` x `bins` equal parts of maps (..., h, w).

    A sum over the midpoints of squares 1 / bins wide. It is exact: the surface has its edges at whole numbers, the
    parts at multiples of 1 / bins, and between these it is linear along each axis.
    """
    height, width = x.shape[-2:]
    out = np.zeros((*x.shape[:-2], bins, bins))
    for row in range(bins * height):
        for column in range(bins * width):
            value = surface(x, (row + 0.5) / bins, (column + 0.5) / bins)
            out[..., row // height, column // width] += value / (height * width)
    return out


def surface(x: Array, v: float, u: float) -> Array:
    """Return maps (..., h, w) at the point (v, u), bilinear between its four neighbours, zero outside."""
    top, left = int(np.floor(v)), int(np.floor(u))
    value = np.zeros(x.shape[:-2])
    for i in (top, top + 1):
        for j in (left, left + 1):
            if i < x.shape[-2] and j < x.shape[-1]:
                value = value + (1 - abs(v - i)) * (1 - abs(u - j)) * x[..., i, j]
    return value


def components(labels: NDArray[np.int64]) -> list[NDArray[np.bool_]]:
    """Return the mask of each connected component of (h, w), by rows; corners connect, negative labels do not."""
    height, width = labels.shape
    seen = labels < 0
    masks = []
    for start in zip(*np.nonzero(~seen), strict=True):
        if seen[start]:
            continue
        mask, waiting = np.zeros(labels.shape, bool), [start]
        while waiting:
            y, x = waiting.pop()
            if 0 <= y < height and 0 <= x < width and not mask[y, x] and labels[y, x] == labels[start]:
                mask[y, x] = True
                waiting += [(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
        seen |= mask
        masks.append(mask)
    return masks


def halves(labels: NDArray[np.int64], skip_last: bool) -> NDArray[np.str_]:
    """Return (2, h, w) letters: t or b, then l or r; a space where there is no object."""
    out = np.full((2, *labels.shape), " ")
    masks = components(labels)
    for mask in masks[:-1] if skip_last else masks:
        rows, columns = np.nonzero(mask.any(1))[0], np.nonzero(mask.any(0))[0]
        middle = (rows[0] + rows[-1] + 1) // 2, (columns[0] + columns[-1] + 1) // 2
        for y, x in zip(*np.nonzero(mask), strict=True):
            out[0, y, x] = "t" if y < middle[0] else "b"
            out[1, y, x] = "l" if x < middle[1] else "r"
    return out
