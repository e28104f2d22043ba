"""Any `nn.Module` as an `ImageGenerator`: whatever shape of latents it takes, and whatever it returns beside images."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeGuard

import torch
from torch import Tensor, nn

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.models.protocol import LatentLaw, evaluating, require_latents, sample_latents
from ganatomy.models.wrapped import WrappedGenerator

TRIAL = 2
"""Latents of the trial pass."""
PREFIX = "module."
"""What `nn.DataParallel` puts before the name of every weight."""
COLOURS = (1, 3)
BYTES = (0.0, 255.0)
"""Black and white of uint8 images."""

Output = int | str
ChannelOrder = Literal["RGB", "BGR"]


class AdaptedGenerator(WrappedGenerator):
    """A module of somebody else's that behaves as an `ImageGenerator`; `adapt` makes one.

    Layers, parameters and weights keep the names that they have in the module.
    """

    def __init__(
        self,
        module: nn.Module,
        *,
        z_dim: int,
        image_size: int,
        latent: LatentLaw = "normal",
        class_names: tuple[str, ...] | None = None,
        added: int = 0,
        output: Output | None = None,
        value_range: tuple[float, float] = (-1.0, 1.0),
        channel_order: ChannelOrder = "RGB",
        call: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.module = module
        self.training = module.training
        self.z_dim, self.image_size, self.latent, self.class_names = z_dim, image_size, latent, class_names
        self.added = added
        """Dimensions of length 1 that latents have after the others: 0, 1 or 2."""
        self.output, self.value_range, self.channel_order = output, value_range, channel_order
        self.call = dict(call or {})

    @property
    def inner(self) -> nn.Module:
        """The module that was adapted."""
        return self.module

    @property
    def is_spatial(self) -> bool:
        """Whether the module takes latents (n, z_dim, 1, 1)."""
        return self.added == 2

    def forward(self, z: Tensor) -> Tensor:
        """Return the images (n, 3, s, s) in [-1, 1] of latents (n, z_dim), or (n, z_dim + 1) with classes."""
        images = _images(self.run(z), self.output, z.shape[0])  # len() would fix the number where this is traced
        images = images.float() if images.dtype != torch.float32 else images
        low, high = self.value_range
        if (low, high) != (-1.0, 1.0):
            images = (images - low) * (2 / (high - low)) - 1
        if images.shape[1] == 1:
            return images.expand(-1, 3, -1, -1)
        return images.flip(1) if self.channel_order == "BGR" else images

    def run(self, z: Tensor) -> Any:
        """Return all that the module gives for latents (n, z_dim), or (n, z_dim + 1) with classes."""
        latents = z[:, : self.z_dim].reshape(self.latent_size(z.shape[0]))
        place = next((one for one in self.module.parameters() if one.is_floating_point()), latents)
        latents = latents.to(place.dtype) if place.dtype != latents.dtype else latents
        if self.class_names is None:
            return self.module(latents, **self.call)
        return self.module(latents, z[:, self.z_dim].long(), **self.call)

    def latent_size(self, n: int) -> tuple[int, ...]:
        """Return the size of `n` latents as the module takes them."""
        return n, self.z_dim, *[1] * self.added

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """Load weights into the module, under its own names or those that `nn.DataParallel` makes of them."""
        return super().load_state_dict(without_prefix(state_dict), strict, assign)

    def extra_repr(self) -> str:
        """Return what tells two adaptations of one module apart."""
        names = ["z_dim", "latent", "is_spatial", "output", "value_range", "channel_order", "class_names"]
        names += ["added"] * (self.added == 1) + ["call"] * bool(self.call)  # else as in the fingerprints of records
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in names)


def adapt(
    module: nn.Module,
    *,
    z_dim: int | None = None,
    latent: LatentLaw | None = None,
    classes: int | Sequence[str] | None = None,
    output: Output | None = None,
    value_range: tuple[float, float] = (-1.0, 1.0),
    channel_order: ChannelOrder = "RGB",
    call: Mapping[str, Any] | None = None,
    weights: Mapping[str, Tensor] | None = None,
) -> AdaptedGenerator:
    """Return `module` as an `ImageGenerator`, after one pass that finds what it takes and what it gives.

    It may take latents as (n, z_dim), (n, z_dim, 1, 1) or (n, z_dim, 1), and return images alone or beside other
    things; grey images get three equal channels, and those of uint8 and of other precisions become float32. Its mode
    stays as it is: pass `module.eval()` where it has BatchNorm or dropout.

    >>> net = nn.Sequential(nn.ConvTranspose2d(5, 3, 8), nn.Sigmoid())
    >>> generator = adapt(net, z_dim=5, value_range=(0, 1))
    >>> generator.image_size, generator(torch.zeros(2, 5)).shape
    (8, torch.Size([2, 3, 8, 8]))

    Args:
        module: any network that makes square images; one in `nn.DataParallel` is taken out of it.
        z_dim: length of its latents; None takes its attribute `z_dim`.
        latent: their distribution; None takes its attribute `latent`, or else N(0, 1).
        classes: how many classes its second argument tells apart, (n,) int64, or their names; None if it takes none.
        output: index or key of the images in what it returns; None takes the only thing that looks like images.
        value_range: what stands for black and for white in its images, such as (0, 1), or (0, 255) of uint8.
        channel_order: of its images.
        call: what it takes beside latents and class, by name, such as `{"noise_mode": "const"}`; always the same.
        weights: a state dict to load first, with or without the prefix `module.`.

    Raises:
        ConfigError: the length of the latents is not known, the module fails on them, it takes nothing of a name in
            `call`, there are no images, or several, in what it returns, or they are uint8 and not from 0 to 255.
        CheckpointError: the weights are not those of the module.
    """
    network = unwrapped(module)
    low, high = value_range
    if not low < high:
        raise ConfigError(f"value_range is {value_range}; give what stands for black, then what stands for white")
    if weights is not None:
        _load(network, weights)
    adapted = AdaptedGenerator(
        network,
        z_dim=require_latents(network) if z_dim is None else z_dim,
        image_size=0,
        latent=_law(network) if latent is None else latent,
        class_names=_names(classes),
        output=output,
        value_range=(float(low), float(high)),
        channel_order=channel_order,
        call=call,
    )
    if call:
        _require_taken(adapted)
    adapted.added, adapted.image_size = _trial(adapted)
    return adapted


def unwrapped(module: nn.Module) -> nn.Module:
    """Return a module without the wrapper of several devices."""
    return module.module if isinstance(module, nn.DataParallel | nn.parallel.DistributedDataParallel) else module


def without_prefix(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return weights without the prefix `module.`, if all of them have it."""
    if not all(name.startswith(PREFIX) for name in weights):
        return dict(weights)
    return {name.removeprefix(PREFIX): value for name, value in weights.items()}


def _load(network: nn.Module, weights: Mapping[str, Tensor]) -> None:
    try:
        network.load_state_dict(without_prefix(weights))
    except RuntimeError as error:
        raise CheckpointError(
            f"the weights are not those of {type(network).__name__}: {' '.join(str(error).split())}; give the state "
            "dict of this very architecture"
        ) from None


def _law(network: nn.Module) -> LatentLaw:
    return "uniform" if getattr(network, "latent", None) == "uniform" else "normal"


def _names(classes: int | Sequence[str] | None) -> tuple[str, ...] | None:
    if classes is None:
        return None
    names = tuple(map(str, range(classes))) if isinstance(classes, int) else tuple(classes)
    if not names:
        raise ConfigError("classes are none; give how many there are, or their names, or leave it out")
    return names


def _require_taken(adapted: AdaptedGenerator) -> None:
    """Return if the module's `forward` takes everything in `call`, by its name, or anything at all."""
    parameters = inspect.signature(adapted.module.forward).parameters.values()
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        return
    own = 1 if adapted.class_names is None else 2  # latents and class come first
    named = (one.name for one in [*parameters][own:] if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY))
    taken = tuple(named)
    for name in adapted.call:
        if name not in taken:
            raise ConfigError(
                f"call has {name!r}, which {type(adapted.module).__name__} does not take; it takes "
                f"{'latents' if own == 1 else 'latents, classes'} and {', '.join(taken) or 'nothing else'}"
            )


@torch.no_grad()
def _trial(adapted: AdaptedGenerator) -> tuple[int, int]:
    """Return how many dimensions of length 1 latents have to be given, and the pixels a side of the images."""
    place = next(adapted.parameters(), torch.empty(0))
    z = sample_latents(adapted, TRIAL, torch.Generator().manual_seed(0)).to(place.device)
    failures = []
    oblong: Tensor | None = None
    for added in (0, 2, 1):
        adapted.added = added
        try:
            with evaluating(adapted.module):
                returned = adapted.run(z)
        except Exception as error:  # other people's code raises anything at all
            shape = adapted.latent_size(TRIAL)
            failures.append(f"of latents {shape} {type(error).__name__}: {' '.join(str(error).split())[:160]}")
            continue
        images = _images(returned, adapted.output, TRIAL)
        if images.dtype == torch.uint8 and adapted.value_range != BYTES:
            low, high = adapted.value_range
            raise ConfigError(
                f"the images are uint8, but value_range is ({low:g}, {high:g}); give value_range=(0, 255)"
            )
        if images.shape[2] == images.shape[3]:
            return added, _side(images)
        oblong = images  # perhaps of latents that were spread over cells as if they were several
    if oblong is not None:
        _side(oblong)
    raise ConfigError(
        f"{type(adapted.module).__name__} cannot run on latents of z_dim {adapted.z_dim}: {'; '.join(failures)}; give "
        "the length of its latents as z_dim, if it takes classes how many as classes, and what else it needs as call"
    )


def _side(images: Tensor) -> int:
    height, width = images.shape[2:]
    if height != width:
        raise ConfigError(f"the generator makes images of {height} x {width} px; only square ones can be opened up")
    return int(width)


def _images(returned: Any, output: Output | None, n: int) -> Tensor:
    """Return the images (n, c, h, w) among what a module returned, c being 1 or 3."""
    if isinstance(returned, Tensor):
        named: dict[Output, Any] = {0: returned}
    elif isinstance(returned, Mapping):
        named = dict(returned)
    elif isinstance(returned, tuple | list):
        named = dict(enumerate(returned))
    else:
        raise ConfigError(f"the generator returns a {type(returned).__name__}; it must return a tensor, tuple or dict")
    said = ", ".join(f"{name!r}: {_form(value)}" for name, value in named.items())
    if output is not None and output not in named:
        raise ConfigError(f"the generator returns no output {output!r}; choose one of {said}")
    chosen = named if output is None else {output: named[output]}
    shaped = [value for value in chosen.values() if _looks_like_images(value, n)]
    found = [value for value in shaped if value.is_floating_point()] or shaped
    if not found:
        raise ConfigError(f"the generator returns no images (n, 3, h, w) or (n, 1, h, w) but {said}")
    if len(found) > 1:
        first = next(name for name, value in named.items() if value is found[0])
        raise ConfigError(f"the generator returns several images: {said}; say which one, such as output={first!r}")
    return found[0]


def _looks_like_images(value: Any, n: int) -> TypeGuard[Tensor]:
    if not isinstance(value, Tensor) or not (value.is_floating_point() or value.dtype == torch.uint8):
        return False
    return value.ndim == 4 and value.shape[0] == n and value.shape[1] in COLOURS


def _form(value: Any) -> str:
    return str(tuple(value.shape)) if isinstance(value, Tensor) else type(value).__name__
