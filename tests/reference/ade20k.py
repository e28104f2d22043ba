"""DeepLabV3+ on MobileNetV2 the slow, obvious way: float64 NumPy, one tap of a kernel at a time.

Weights go by the names of the published file. Images are (3, h, w), one at a time.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# input channels, output channels, expansion, stride, dilation of each block
BLOCKS = (
    (32, 16, 1, 1, 1),
    (16, 24, 6, 2, 1), (24, 24, 6, 1, 1),
    (24, 32, 6, 2, 1), (32, 32, 6, 1, 1), (32, 32, 6, 1, 1),
    (32, 64, 6, 1, 1), (64, 64, 6, 1, 2), (64, 64, 6, 1, 2), (64, 64, 6, 1, 2),
    (64, 96, 6, 1, 2), (96, 96, 6, 1, 2), (96, 96, 6, 1, 2),
    (96, 160, 6, 1, 2), (160, 160, 6, 1, 4), (160, 160, 6, 1, 4),
    (160, 320, 6, 1, 4),
)  # fmt: skip


def shapes(concepts: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor of the file."""
    layers = {"stem": (32, 3, 3, 3)}
    for index, (channels_in, channels_out, expansion, _, _) in enumerate(BLOCKS):
        wide = channels_in * expansion
        if expansion > 1:
            layers[f"blocks.{index}.expand"] = (wide, channels_in, 1, 1)
        layers[f"blocks.{index}.dw"] = (wide, 1, 3, 3)
        layers[f"blocks.{index}.project"] = (channels_out, wide, 1, 1)
    layers |= {"pool": (256, 320, 1, 1), "aspp": (256, 320, 1, 1), "proj": (256, 512, 1, 1), "low": (48, 144, 1, 1)}
    layers |= {"d0": (304, 1, 3, 3), "p0": (256, 304, 1, 1), "d1": (256, 1, 3, 3), "p1": (256, 256, 1, 1)}
    layers["logits"] = (concepts, 256, 1, 1)
    return {f"{name}.weight": shape for name, shape in layers.items()} | {
        f"{name}.bias": shape[:1] for name, shape in layers.items()
    }


def convolve(weights: dict[str, Array], name: str, x: Array, stride: int = 1, dilation: int = 1) -> Array:
    """Return the convolution `name` of `x` (c, h, w), zeros around it; one filter a channel if it has one input."""
    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    size = weight.shape[2]
    pad = dilation * (size // 2)
    height, width = x.shape[1:]
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    y = np.zeros((len(weight), -(-height // stride), -(-width // stride))) + bias[:, None, None]
    for i in range(size):
        for j in range(size):
            top, left = i * dilation, j * dilation
            tap = padded[:, top : top + height : stride, left : left + width : stride]
            if weight.shape[1] == 1:
                y += weight[:, 0, i, j, None, None] * tap
            else:
                y += np.einsum("oc,chw->ohw", weight[:, :, i, j], tap)
    return y


def stretch(x: Array, height: int, width: int) -> Array:
    """Return `x` (c, h, w) bilinearly resized, corner pixels kept in place."""

    def along(n_in: int, n_out: int) -> Array:
        matrix = np.zeros((n_out, n_in))
        for row in range(n_out):
            position = row * (n_in - 1) / (n_out - 1)
            below = min(int(position), n_in - 2)
            matrix[row, below] = 1 - (position - below)
            matrix[row, below + 1] = position - below
        return matrix

    return np.einsum("ih,chw,jw->cij", along(x.shape[1], height), x, along(x.shape[2], width))


def logits(weights: dict[str, Array], image: Array) -> Array:
    """Return the logits (k, h, w) of `image` (3, h, w) in [-1, 1], h and w of the form 8k+1."""
    y = np.clip(convolve(weights, "stem", image, stride=2), 0, 6)
    low = y
    for index, (channels_in, channels_out, expansion, stride, dilation) in enumerate(BLOCKS):
        name, x = f"blocks.{index}", y
        wide = np.clip(convolve(weights, f"{name}.expand", x), 0, 6) if expansion > 1 else x
        wide = np.clip(convolve(weights, f"{name}.dw", wide, stride, dilation), 0, 6)
        y = convolve(weights, f"{name}.project", wide)
        if stride == 1 and channels_in == channels_out:
            y = x + y
        if index == 2:
            low = wide
    scene = np.maximum(convolve(weights, "pool", y.mean((1, 2), keepdims=True)), 0)
    local = np.maximum(convolve(weights, "aspp", y), 0)
    context = np.concatenate([np.broadcast_to(scene, local.shape), local])
    context = np.maximum(convolve(weights, "proj", context), 0)
    y = np.concatenate([stretch(context, *low.shape[1:]), np.maximum(convolve(weights, "low", low), 0)])
    for name in ("d0", "p0", "d1", "p1"):
        y = np.maximum(convolve(weights, name, y), 0)
    return stretch(convolve(weights, "logits", y), *image.shape[1:])
