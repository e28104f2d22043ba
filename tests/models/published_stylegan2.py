"""Random weights of StyleGAN2's generators in the names of published files."""

import torch
from torch import Tensor

FIR = torch.tensor([1.0, 3.0, 3.0, 1.0])
FIR = torch.outer(FIR, FIR) / 64


def authors(
    channels: tuple[int, ...] = (6, 5, 4),
    z_dim: int = 7,
    w_dim: int = 5,
    depth: int = 3,
    classes: int = 0,
    colours: int = 3,
    fir: Tensor = FIR,
    seed: int = 0,
) -> dict[str, Tensor]:
    """Return a state dict of stylegan2-ada-pytorch's generator whose activations stay near one."""
    rng = torch.Generator().manual_seed(seed)

    def normal(*size: int) -> Tensor:
        return torch.randn(size, generator=rng)

    weights = {}
    if classes:
        weights |= {"mapping.embed.weight": normal(w_dim, classes), "mapping.embed.bias": normal(w_dim)}
    width = z_dim + (w_dim if classes else 0)
    for number in range(depth):
        weights[f"mapping.fc{number}.weight"] = normal(w_dim, width) * 100
        weights[f"mapping.fc{number}.bias"] = normal(w_dim) * 10
        width = w_dim
    weights["mapping.w_avg"] = normal(w_dim) * 0.3
    weights["synthesis.b4.const"] = normal(channels[0], 4, 4)
    for level, units in enumerate(channels):
        size, before = 4 << level, channels[max(0, level - 1)]
        block = f"synthesis.b{size}"
        weights[f"{block}.resample_filter"] = fir
        for layer, inputs in (("conv0", before), ("conv1", units))[level == 0 :]:
            weights |= {
                f"{block}.{layer}.affine.weight": normal(inputs, w_dim),
                f"{block}.{layer}.affine.bias": 1 + normal(inputs) * 0.2,
                f"{block}.{layer}.weight": normal(units, inputs, 3, 3),
                f"{block}.{layer}.noise_strength": normal()[()] * 0.3,
                f"{block}.{layer}.bias": normal(units) * 0.2,
                f"{block}.{layer}.resample_filter": fir,
                f"{block}.{layer}.noise_const": normal(size, size),
            }
        weights |= {
            f"{block}.torgb.affine.weight": normal(units, w_dim),
            f"{block}.torgb.affine.bias": 1 + normal(units) * 0.2,
            f"{block}.torgb.weight": normal(colours, units, 1, 1),
            f"{block}.torgb.bias": normal(colours) * 0.2,
        }
    return weights


def rosinality(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the same generator, z_dim being w_dim, in the names of rosinality's stylegan2-pytorch."""
    theirs = {"latent_avg": weights["mapping.w_avg"], "input.input": weights["synthesis.b4.const"][None]}
    depth = sum(name.startswith("mapping.fc") for name in weights) // 2
    for number in range(depth):
        for part in ("weight", "bias"):
            theirs[f"style.{number + 1}.{part}"] = weights[f"mapping.fc{number}.{part}"]

    def conv(name: str, layer: str, noise: int) -> None:
        at = f"synthesis.{layer}"
        theirs[f"{name}.conv.weight"] = weights[f"{at}.weight"][None]
        theirs[f"{name}.conv.modulation.weight"] = weights[f"{at}.affine.weight"]
        theirs[f"{name}.conv.modulation.bias"] = weights[f"{at}.affine.bias"]
        theirs[f"{name}.noise.weight"] = weights[f"{at}.noise_strength"].view(1)
        theirs[f"{name}.activate.bias"] = weights[f"{at}.bias"]
        theirs[f"noises.noise_{noise}"] = weights[f"{at}.noise_const"][None, None]

    def colours(name: str, layer: str) -> None:
        at = f"synthesis.{layer}"
        theirs[f"{name}.conv.weight"] = weights[f"{at}.weight"][None]
        theirs[f"{name}.conv.modulation.weight"] = weights[f"{at}.affine.weight"]
        theirs[f"{name}.conv.modulation.bias"] = weights[f"{at}.affine.bias"]
        theirs[f"{name}.bias"] = weights[f"{at}.bias"].view(1, -1, 1, 1)

    conv("conv1", "b4.conv1", 0)
    colours("to_rgb1", "b4.torgb")
    level = 0
    while f"synthesis.b{8 << level}.const" in weights or f"synthesis.b{8 << level}.conv0.weight" in weights:
        block = f"b{8 << level}"
        conv(f"convs.{2 * level}", f"{block}.conv0", 2 * level + 1)
        theirs[f"convs.{2 * level}.conv.blur.kernel"] = weights[f"synthesis.{block}.resample_filter"] * 4
        conv(f"convs.{2 * level + 1}", f"{block}.conv1", 2 * level + 2)
        colours(f"to_rgbs.{level}", f"{block}.torgb")
        theirs[f"to_rgbs.{level}.upsample.kernel"] = weights[f"synthesis.{block}.resample_filter"] * 4
        level += 1
    return theirs
