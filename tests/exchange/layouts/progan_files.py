"""One Progressive GAN under each of the names that its weights have gone by, from its authors' TensorFlow ones."""

from collections.abc import Iterator

import numpy as np
import torch
from tests.reference.progan import Array, Weights, sizes
from torch import Tensor

File = dict[str, Tensor]


def tensor(array: Array) -> Tensor:
    return torch.from_numpy(array.copy()).float()


def layers(weights: Weights) -> list[str]:
    """Return the names of the layers, in order."""
    names = ["4x4/Dense", "4x4/Conv"]
    for size in sizes(weights)[1:]:
        first = "Conv0_up" if f"{size}x{size}/Conv0_up/weight" in weights else "Conv0"
        names += [f"{size}x{size}/{first}", f"{size}x{size}/Conv1"]
    return names


def convolution(weights: Weights, name: str) -> Array:
    """Return a layer as the weights (outputs, inputs, k, k) of a correlation, cell by cell of its kernel."""
    weight = weights[f"{name}/weight"]
    if name.endswith("Dense"):  # one cell, padded by 3: output cell (a, b) meets tap (3 - a, 3 - b)
        inputs, units = len(weight), weight.shape[1] // 16
        rows = weight.reshape(inputs, units, 4, 4)
        result = np.empty((units, inputs, 4, 4))
        for a in range(4):
            for b in range(4):
                result[:, :, 3 - a, 3 - b] = rows[:, :, a, b].T
        return result
    k = len(weight)
    is_transposed = name.endswith("Conv0_up")
    result = np.empty((weight.shape[2], weight.shape[3], k, k) if is_transposed else (*weight.shape[:1:-1], k, k))
    for a in range(k):
        for b in range(k):
            result[:, :, a, b] = weight[k - 1 - a, k - 1 - b] if is_transposed else weight[a, b].T
    return result


def parts(weights: Weights, lod: int = 0) -> Iterator[tuple[str, Array, Array]]:
    """Yield the name, the weights of the correlation and the bias of every layer, and of the output."""
    for name in [*layers(weights)[: len(layers(weights)) - 2 * lod], f"ToRGB_lod{lod}"]:
        yield name, convolution(weights, name), weights[f"{name}/bias"]


def tensorflow(weights: Weights, prefix: str = "", suffix: str = "") -> File:
    return {f"{prefix}{name}{suffix}": tensor(array) for name, array in weights.items()}


def published(weights: Weights) -> File:
    """The names that GAN Dissection published."""
    names = [f"layer{number + 1}" for number in range(len(layers(weights)))]
    names.append(f"output_{sizes(weights)[-1]}x{sizes(weights)[-1]}")
    return named(weights, names)


def old(weights: Weights) -> File:
    """The older ones."""
    return named(weights, [*(f"features.{number}" for number in range(len(layers(weights)))), "output"])


def named(weights: Weights, names: list[str]) -> File:
    file: File = {}
    for name, (_, weight, bias) in zip(names, parts(weights), strict=True):
        file |= {f"{name}.conv.weight": tensor(weight), f"{name}.wscale.b": tensor(bias)}
    return file


def with_scales(file: File, factor: float = 1.0) -> File:
    """Return a file with scales `factor` times He's, the weights divided by as much."""
    scaled = dict(file)
    for name, weight in file.items():
        if name.endswith(".conv.weight"):
            part = name.removesuffix(".conv.weight")
            he = ((2 if part.startswith(("layer", "features")) else 1) / weight[0].numel()) ** 0.5
            scaled |= {f"{part}.wscale.scale": torch.tensor([factor * he]), name: weight / factor}
    return scaled


def genforce(weights: Weights) -> File:
    """Fused upsampling is a transposed convolution there, (inputs, outputs, k, k) and not mirrored."""
    file = {"lod": tensor(weights["lod"])}
    names = layers(weights)
    for number, name in enumerate(names):
        is_fused = name.endswith("Conv0_up")
        weight = weights[f"{name}/weight"].transpose(3, 2, 0, 1) if is_fused else convolution(weights, name)
        file |= {f"layer{number}.weight": tensor(weight), f"layer{number}.bias": tensor(weights[f"{name}/bias"])}
    for lod in range(len(names) // 2):
        output = f"output{len(names) // 2 - 1 - lod}"
        file[f"{output}.weight"] = tensor(convolution(weights, f"ToRGB_lod{lod}"))
        file[f"{output}.bias"] = tensor(weights[f"ToRGB_lod{lod}/bias"])
    return file
