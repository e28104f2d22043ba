"""Progressive GAN's generators the slow, obvious way: arrays in float64, one tap of a kernel at a time.

Written from the paper (arXiv 1710.10196, sections 2, 4.1 and 4.2, table 2) and its authors' TensorFlow network. Weights
go by the names and in the order of dimensions of the latter: dense (inputs, 16 outputs), convolution (k, k, inputs,
outputs), upsampling convolution (k, k, outputs, inputs).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Weights = dict[str, Array]


def normalised(x: Array) -> Array:
    """Return x with the mean square over the channels brought to 1 (section 4.2)."""
    return x / np.sqrt((x**2).mean(1, keepdims=True) + 1e-8)


def leaky(x: Array) -> Array:
    return np.where(x < 0, 0.2 * x, x)


def convolved(x: Array, weight: Array) -> Array:
    """Return the correlation of x (n, c, h, w) with a kernel (k, k, c, d), of x's size."""
    k, (h, w) = len(weight), x.shape[2:]
    around = np.pad(x, ((0, 0), (0, 0), (k // 2, k // 2), (k // 2, k // 2)))
    taps = (
        np.einsum("nchw,cd->ndhw", around[:, :, a : a + h, b : b + w], weight[a, b]) for a in range(k) for b in range(k)
    )
    return sum(taps, np.zeros(()))


def enlarged(x: Array) -> Array:
    """Return every cell four times."""
    return x.repeat(2, 2).repeat(2, 3)


def enlarged_and_convolved(x: Array, weight: Array) -> Array:
    """Return the transposed convolution, in steps of two, by the sum of four shifts of a kernel (3, 3, d, c)."""
    around = np.pad(weight, ((1, 1), (1, 1), (0, 0), (0, 0)))
    kernel = around[1:, 1:] + around[:-1, 1:] + around[1:, :-1] + around[:-1, :-1]
    n, _, h, w = x.shape
    result = np.zeros((n, weight.shape[2], 2 * h + 2, 2 * w + 2))
    for a in range(4):
        for b in range(4):
            result[:, :, a : a + 2 * h : 2, b : b + 2 * w : 2] += np.einsum("nchw,dc->ndhw", x, kernel[a, b])
    return result[:, :, 1:-1, 1:-1]


def biased(x: Array, weights: Weights, layer: str) -> Array:
    return x + weights[f"{layer}/bias"][:, None, None]


def sizes(weights: Weights) -> list[int]:
    return sorted({int(name.split("x")[0]) for name in weights if name[0].isdigit()})


def features(weights: Weights, z: Array) -> list[Array]:
    """Return what each rectifier gives, before it is normalised."""
    layers = []
    x = normalised(z)
    x = x @ weights["4x4/Dense/weight"] * np.sqrt(2) / 4 / np.sqrt(z.shape[1])
    x = leaky(biased(x.reshape(len(x), -1, 4, 4), weights, "4x4/Dense"))
    layers.append(x)
    for size in sizes(weights):
        if f"{size}x{size}/Conv0_up/weight" in weights:
            weight = weights[f"{size}x{size}/Conv0_up/weight"]
            x = enlarged_and_convolved(normalised(x), weight * np.sqrt(2 / 9 / x.shape[1]))
            x = leaky(biased(x, weights, f"{size}x{size}/Conv0_up"))
            layers.append(x)
        elif f"{size}x{size}/Conv0/weight" in weights:
            x = convolved(enlarged(normalised(x)), weights[f"{size}x{size}/Conv0/weight"] * np.sqrt(2 / 9 / x.shape[1]))
            x = leaky(biased(x, weights, f"{size}x{size}/Conv0"))
            layers.append(x)
        last = f"{size}x{size}/Conv1" if size > 4 else "4x4/Conv"
        x = leaky(
            biased(convolved(normalised(x), weights[f"{last}/weight"] * np.sqrt(2 / 9 / x.shape[1])), weights, last)
        )
        layers.append(x)
    return layers


def images(weights: Weights, z: Array, lod: int = 0) -> Array:
    """Return the images of the output `lod` sizes below the last."""
    x = features(weights, z)[-1 - 2 * lod]
    colours = convolved(normalised(x), weights[f"ToRGB_lod{lod}/weight"] / np.sqrt(x.shape[1]))
    return biased(colours, weights, f"ToRGB_lod{lod}")


def random_weights(units: list[int], z_dim: int = 7, fused: bool = True, colours: int = 3, seed: int = 0) -> Weights:
    """Return weights of N(0, 1) with so many units at 4, 8, ... px, and an output for each size."""
    rng = np.random.default_rng(seed)
    weights: Weights = {"lod": np.zeros(())}

    def add(name: str, *shape: int, outputs: int) -> None:
        weights[f"{name}/weight"] = rng.standard_normal(shape).astype(np.float32).astype(np.float64)
        weights[f"{name}/bias"] = rng.standard_normal(outputs).astype(np.float32).astype(np.float64)

    add("4x4/Dense", z_dim, 16 * units[0], outputs=units[0])
    for doublings, width in enumerate(units):
        size, before = 4 * 2**doublings, units[max(doublings - 1, 0)]
        if doublings and fused:
            add(f"{size}x{size}/Conv0_up", 3, 3, width, before, outputs=width)
        elif doublings:
            add(f"{size}x{size}/Conv0", 3, 3, before, width, outputs=width)
        add(f"{size}x{size}/{'Conv1' if doublings else 'Conv'}", 3, 3, width, width, outputs=width)
        add(f"ToRGB_lod{len(units) - 1 - doublings}", 1, 1, width, colours, outputs=colours)
    return weights


def variant(weights: Weights, name: str, z: Array) -> Array:
    """Return the images of a training variant from weights in PyTorch's order, under GAN Dissection's names.

    `simple`: convolution, batch statistics kept, rectifier. Others: leaky rectifier, a normalised latent; of `equallr`
    and `pixelwisenorm` one learned number multiplies each convolution; `pixelwisenorm` normalises before each.
    """
    x = z[:, :, None, None]
    if name != "simple":
        x = normalised(x)
    index = 0
    while f"features.{index}.conv.weight" in weights:
        own = {key.removeprefix(f"features.{index}."): w for key, w in weights.items() if f"features.{index}." in key}
        if index and name == "pixelwisenorm":
            x = normalised(x)
        if index and index % 2 == 0:
            x = enlarged(x)
        x = _first(x, own["conv.weight"]) if index == 0 else convolved(x, own["conv.weight"].transpose(2, 3, 1, 0))
        x = _finished(x, own)
        x = np.maximum(x, 0) if name == "simple" else leaky(x)
        index += 1
    if name in ("equallr", "pixelwisenorm"):
        x = normalised(x)
    own = {key.removeprefix("output."): w for key, w in weights.items() if key.startswith("output.")}
    return np.clip(_finished(convolved(x, own["conv.weight"].transpose(2, 3, 1, 0)), own), -1, 1)


def _first(x: Array, weight: Array) -> Array:
    """Return what a 4x4 kernel, padded by 3, makes of one cell: the taps in reverse order."""
    return np.einsum("nc,dcab->ndab", x[:, :, 0, 0], weight[:, :, ::-1, ::-1])


def _finished(x: Array, own: Weights) -> Array:
    """Return a convolution's output after its bias, its statistics or its scale, whichever there is."""
    if "conv.bias" in own:
        x = x + own["conv.bias"][:, None, None]
    if "norm.running_mean" in own:
        mean, var, gain, shift = (
            own[f"norm.{part}"][:, None, None] for part in ("running_mean", "running_var", "weight", "bias")
        )
        x = (x - mean) / np.sqrt(var + 1e-5) * gain + shift
    if "wscale.b" in own:
        x = x * own["wscale.scale"] + own["wscale.b"][:, None, None]
    return x
