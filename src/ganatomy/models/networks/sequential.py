"""Generators whose parts run one after another, of whatever torch modules: what DCGANs of other people are kept as.

Source: Radford, Metz, Chintala, arXiv 1511.06434, and what was made after it: linear maps, convolutions, transposed
ones, BatchNorm, rectifiers and upsampling in any order. Parts have the names that they had where they come from.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any, Literal, get_args

from torch import Tensor, nn

from ganatomy.errors import ConfigError
from ganatomy.models.networks.layered import LayeredGenerator

WeightedKind = Literal["linear", "conv", "transposed"]
ActivationKind = Literal["relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid"]
PartKind = Literal[
    WeightedKind, ActivationKind, "batch_norm", "batch_norm_flat", "nearest", "bilinear", "unflatten", "grey"
]

WEIGHTED: tuple[str, ...] = get_args(WeightedKind)
ACTIVATIONS: tuple[str, ...] = get_args(ActivationKind)
NORMS = ("batch_norm", "batch_norm_flat")
UPSAMPLING = ("nearest", "bilinear")
COLOURS = 3
LARGEST_SIZE = 2048
"""Cells a side beyond which sizes are those of a damaged file."""
MOST_WEIGHTS = 2**28
"""Of all parts together."""
MOST_LEVELS = 13
"""Of names within names."""
OF_WEIGHTS = {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"}
OF_GENERATORS = {"z_dim", "image_size", "latent", "shape", "kind", "class_names", "layer_names", "parts_in_order"}
"""What parts cannot be called, beside what all of torch's modules have."""


@dataclass(frozen=True)
class Part:
    """A part of a chain. Fields that its kind has no use for keep their defaults."""

    name: str
    """Dotted name, such as `main.0`."""
    kind: PartKind
    inputs: int = 0
    """Channels, or values of a linear map, that come in; of `unflatten` and BatchNorm the channels."""
    outputs: int = 0
    """Channels or values that come out."""
    kernel: int = 0
    """Cells a side; of `unflatten` those of the map."""
    stride: int = 1
    padding: int = 0
    output_padding: int = 0
    bias: bool = True
    """Of BatchNorm, whether it has weights and biases."""
    slope: float = 0.0
    """Of `leaky_relu`, for negative inputs."""
    eps: float = 1e-5
    """What BatchNorm adds to a variance."""

    def __post_init__(self) -> None:
        for one in fields(self):
            value, wanted = getattr(self, one.name), str if one.name in ("name", "kind") else type(one.default)
            if type(value) is not wanted and not (wanted is float and type(value) is int):
                raise ConfigError(f"a part has {one.name} {value!r}; give a value of type {wanted.__name__}")
        if self.kind not in get_args(PartKind):
            raise ConfigError(
                f"part '{self.name}' is of kind '{self.kind}'; choose from {', '.join(get_args(PartKind))}"
            )
        if min(self.inputs, self.outputs, self.kernel, self.padding, self.output_padding) < 0 or self.stride < 1:
            raise ConfigError(
                f"part '{self.name}' has a negative size; give sizes of 0 or more and a stride of 1 or more"
            )
        pieces = self.name.split(".")
        if not all(pieces) or len(pieces) > MOST_LEVELS or any(is_taken(piece) for piece in pieces):
            raise ConfigError(
                f"a part is named '{self.name}'; give a dotted name, such as main.0, of no attribute of a network"
            )

    @property
    def num_weights(self) -> int:
        """How many weights it has, without biases."""
        if self.kind in WEIGHTED:
            return self.inputs * self.outputs * max(self.kernel, 1) ** 2
        return self.inputs if self.kind in NORMS else 0


@dataclass(frozen=True)
class SequentialShape:
    """The architecture of a chain."""

    image_size: int
    """Pixels a side."""
    z_dim: int
    """Length of a latent vector."""
    parts: tuple[Part, ...]
    """In the order in which they run, the first on latents (n, z_dim)."""
    latent: Literal["normal", "uniform"] = "normal"
    """Distribution of the latent's entries: N(0, 1), or U(-1, 1)."""

    def __post_init__(self) -> None:
        parts = tuple(part if isinstance(part, Part) else Part(**part) for part in self.parts)
        object.__setattr__(self, "parts", parts)
        names = [part.name for part in parts]
        if len(set(names)) != len(names) or not names:
            raise ConfigError(f"parts are named {', '.join(names) or 'not at all'}; give one or more, each name once")
        if self.latent not in ("normal", "uniform"):
            raise ConfigError(f"latent is {self.latent!r}; choose normal or uniform")
        if (weights := sum(part.num_weights for part in parts)) > MOST_WEIGHTS:
            raise ConfigError(f"the parts have {weights:,} weights, more than {MOST_WEIGHTS:,}; is a size mistaken?")
        given = (self.z_dim, 0)
        for part in parts:
            given = _size_behind(part, *given)
        if given != (COLOURS, self.image_size):
            raise ConfigError(
                f"the parts give {given[0]} channels of {given[1]} cells a side, not {COLOURS} of {self.image_size}"
            )


def is_taken(piece: str) -> bool:
    """Return whether a name, or a piece of a dotted one, stands for something else in networks."""
    return piece in OF_WEIGHTS or hasattr(nn.Sequential, piece) or piece in OF_GENERATORS or hasattr(nn.Module(), piece)


def _size_behind(part: Part, channels: int, side: int) -> tuple[int, int]:
    """Return the channels and the cells a side, 0 for values without cells, that come out of a part.

    Raises:
        ConfigError: what comes in does not fit it, or what comes out is too large.
    """
    fits = channels == part.inputs or part.kind not in (*WEIGHTED, *NORMS)
    match part.kind:
        case "linear":
            fits, channels = fits and side == 0, part.outputs
        case "conv":
            fits, channels = fits and side > 0 < part.kernel, part.outputs
            side = (side + 2 * part.padding - part.kernel) // part.stride + 1
        case "transposed":
            fits, channels = fits and side > 0 < part.kernel and part.output_padding < part.stride, part.outputs
            side = (side - 1) * part.stride - 2 * part.padding + part.kernel + part.output_padding
        case "unflatten":
            fits, channels, side = side == 0 and channels == part.inputs * part.kernel**2, part.inputs, part.kernel
        case "batch_norm" | "nearest" | "bilinear" | "batch_norm_flat":
            fits = fits and (side > 0) == (part.kind != "batch_norm_flat")
            side *= 2 if part.kind in UPSAMPLING else 1
        case "grey":
            fits, channels = channels == 1 and side > 0, COLOURS
    is_empty = channels < 1 or (side < 1 and part.kind not in ("linear", "batch_norm_flat", *ACTIVATIONS))
    if not fits or is_empty or side > LARGEST_SIZE:
        raise ConfigError(
            f"part '{part.name}', {part.kind}, does not fit what comes before it, or gives {channels} channels of "
            f"{side} cells a side; give parts that fit, of up to {LARGEST_SIZE} cells"
        )
    return channels, side


class Grey(nn.Module):
    """Shows a single channel as three equal ones."""

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, 3, h, w) of `x` (n, 1, h, w)."""
        return x.expand(-1, COLOURS, -1, -1)


class SequentialGenerator(LayeredGenerator):
    """Latents (n, z_dim) through parts, one after another, to images (n, 3, image_size, image_size).

    What the last part is bounds the images: in [-1, 1] after Tanh, in [0, 1] after a sigmoid.
    """

    kind = "sequential"

    def __init__(self, shape: SequentialShape):
        super().__init__()
        self.shape = shape
        self.z_dim, self.image_size, self.latent = shape.z_dim, shape.image_size, shape.latent
        made = [(part.name, _module(part)) for part in shape.parts]
        self._flat = [module for _, module in made]
        self._chain = _nested(made)
        if self._chain is None:
            _register(self, made)
        else:
            for name, module in self._chain:
                self.add_module(name, module)

    @property
    def layer_names(self) -> list[str]:
        """The parts that end in a map of units: the last before another resolution or other channels."""
        return _unit_parts(self.shape.parts)

    @property
    def parts_in_order(self) -> list[tuple[str, nn.Module]]:
        """The parts that `forward` runs one after another; none where their names are no nested chain."""
        return list(self._chain or [])

    def forward(self, z: Tensor) -> Tensor:
        """Return the images of the latents `z`, (n, z_dim) or (n, z_dim, 1, 1)."""
        r = z.flatten(1)
        for part in self._flat if self._chain is None else [module for _, module in self._chain]:
            r = part(r)
        return r


def _module(part: Part) -> nn.Module:
    """Return the torch module of a part."""
    sizes: dict[str, Any] = {"stride": part.stride, "padding": part.padding, "bias": part.bias}
    match part.kind:
        case "linear":
            return nn.Linear(part.inputs, part.outputs, part.bias)
        case "conv":
            return nn.Conv2d(part.inputs, part.outputs, part.kernel, **sizes)
        case "transposed":
            beyond = part.output_padding
            return nn.ConvTranspose2d(part.inputs, part.outputs, part.kernel, output_padding=beyond, **sizes)
        case "batch_norm":
            return nn.BatchNorm2d(part.inputs, part.eps, affine=part.bias)
        case "batch_norm_flat":
            return nn.BatchNorm1d(part.inputs, part.eps, affine=part.bias)
        case "unflatten":
            return nn.Unflatten(1, (part.inputs, part.kernel, part.kernel))
        case "nearest" | "bilinear":
            return nn.Upsample(scale_factor=2, mode=part.kind)
        case "grey":
            return Grey()
        case kind:
            return activation(kind, part.slope)


def activation(kind: str, slope: float = 0.0) -> nn.Module:
    """Return a rectifier or another function of single values.

    Args:
        kind: an `ActivationKind`.
        slope: of `leaky_relu`.
    """
    if kind == "leaky_relu":
        return nn.LeakyReLU(slope)
    plain: dict[str, type[nn.Module]] = {
        "relu": nn.ReLU,
        "elu": nn.ELU,
        "selu": nn.SELU,
        "gelu": nn.GELU,
        "silu": nn.SiLU,
        "tanh": nn.Tanh,
        "sigmoid": nn.Sigmoid,
    }
    return plain[kind]()


def _unit_parts(parts: Sequence[Part]) -> list[str]:
    """Return the parts after which channels, or their resolution, are others, but for what makes the image."""
    names: list[str] = []
    at: str | None = None  # where the units of the convolution before stand, if they have cells
    for part in parts:
        if part.kind in WEIGHTED or part.kind in UPSAMPLING:
            names += [at] if at is not None else []
            has_cells = part.kind in ("conv", "transposed")
            at = part.name if has_cells else None
        elif at is not None or part.kind == "unflatten":
            at = part.name
    spatial = dict.fromkeys(names)
    return [name for name in spatial if not _is_latents(name, parts)]


def _is_latents(name: str, parts: Sequence[Part]) -> bool:
    """Return whether a part only gives the latents the form of a cell."""
    first = parts[0]
    return name == first.name and first.kind == "unflatten"


Chain = list[tuple[str, nn.Module]]


def _nested(made: Chain) -> Chain | None:
    """Return parts of dotted names as parts within parts; None where one within another would be run in two pieces."""
    chain: Chain = []
    for head, group in groupby(made, key=lambda one: one[0].partition(".")[0]):
        members = [(name.partition(".")[2], module) for name, module in group]
        if head in dict(chain):
            return None
        if not members[0][0]:
            if len(members) > 1:
                return None
            chain.append((head, members[0][1]))
            continue
        inner = _nested(members)
        if inner is None:
            return None
        chain.append((head, nn.Sequential(OrderedDict(inner))))
    return chain


def _register(root: nn.Module, made: Chain) -> None:
    """Give a network parts of dotted names, in containers that are never run themselves."""
    for name, module in made:
        *path, last = name.split(".")
        place = root
        for piece in path:
            if piece not in place._modules:
                place.add_module(piece, nn.Module())
            place = place.get_submodule(piece)
        place.add_module(last, module)
