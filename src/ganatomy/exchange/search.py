"""The networks in a file, and the one among them that is the generator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.bounds import MOST_LEVELS
from ganatomy.exchange.files import Names, nodes
from ganatomy.exchange.layouts import own, progan, sequential, stylegan2
from ganatomy.exchange.layouts.hints import NO_HINTS, Hints
from ganatomy.exchange.layouts.recognised import Recognised

WRAPPERS = ("module.", "_orig_mod.")
"""What `nn.DataParallel` and `torch.compile` put before all names."""
AVERAGED = ("ema", "average", "averaged", "avg", "smooth")
"""Parts of the name of a generator whose weights were averaged over training: that is the one to look at."""


@dataclass(frozen=True)
class Layout:
    """A naming of weights that is known."""

    about: str
    looks_like: Callable[[Mapping[str, Tensor]], bool]
    read: Callable[[Mapping[str, Tensor], Hints], Recognised]


LAYOUTS: dict[str, Layout] = {
    "ganatomy": Layout("a generator of GANatomy", own.looks_like, own.read),
    "progan": Layout("Progressive GAN under any published names, or a variant of it", progan.looks_like, progan.read),
    "progan-equallr": Layout("that variant", progan.looks_like, partial(progan.read, variant="equallr")),
    "progan-pixelwisenorm": Layout("that variant", progan.looks_like, partial(progan.read, variant="pixelwisenorm")),
    "stylegan2": Layout("StyleGAN2, in the names of two releases", stylegan2.looks_like, stylegan2.read),
    "dcgan": Layout("maps one after another, as in DCGANs", sequential.looks_like, sequential.read),
}
"""By the names of `--as`, in the order in which they are tried: the last one takes nearly any names."""


@dataclass(frozen=True)
class Network:
    """A network in a file."""

    name: str
    """Where it stands, such as `g_ema` or `state_dict.generator`; empty for all of the file."""
    tensors: Mapping[str, Tensor] = field(repr=False)

    @property
    def is_averaged(self) -> bool:
        """Whether its name says that its weights were averaged over training.

        >>> Network("g_ema", {}).is_averaged, Network("schema.generator", {}).is_averaged
        (True, False)
        """
        return not {*AVERAGED}.isdisjoint(self.name.lower().replace(".", "_").split("_"))


def networks_in(tensors: Mapping[Names, Tensor]) -> list[Network]:
    """Return the networks in a file: each dictionary of tensors, and parts of it whose names begin alike."""
    found: list[Network] = []
    held_at = dict(nodes(tensors))
    for names, held in held_at.items():
        beside = held_at.get(names[:-1], {}) if names else {}
        mean = {stylegan2.MEAN: beside[stylegan2.MEAN]} if stylegan2.MEAN in beside and "style.1.weight" in held else {}
        found += _parts(".".join(names), held | mean)
    return found


def generator_in(
    networks: Sequence[Network], layout: str | None = None, network: str | None = None, hints: Hints = NO_HINTS
) -> tuple[Network, Recognised]:
    """Return the generator among networks, and what it was taken for.

    Args:
        networks: all that a file holds.
        layout: one of `LAYOUTS`; None tries all.
        network: the name of the one to take; None takes the only one that is a generator, or of several the averaged.
        hints: what the user says about it.

    Raises:
        CheckpointError: there is none, or its weights are not finite.
        ConfigError: there are several to choose from, or the file leaves open what the user has to say.
    """
    if network is not None:
        chosen = [one for one in networks if one.name == network]
        if not chosen:
            whole = [one for one in networks if not any(_is_part(one.name, other.name) for other in networks)]
            there = ", ".join(repr(one.name) for one in whole[:12])
            raise ConfigError(f"the file holds no network {network!r}; choose one of {there}")
        networks = chosen
    fitting = [(one, name) for one in networks if (name := _layout_of(one, layout)) is not None]
    fitting = _outermost(fitting)
    if not fitting:
        raise CheckpointError(_nothing(networks, layout, hints))
    one, name = fitting[0] if len(fitting) == 1 else _averaged(fitting)
    _require_finite(one)
    return one, LAYOUTS[name].read(_floats(one.tensors), hints)


def unwrapped(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a state dict without what wrappers put before all of its names."""
    held = dict(tensors)
    while held and (wrapper := next((one for one in WRAPPERS if all(name.startswith(one) for name in held)), None)):
        held = {name.removeprefix(wrapper): value for name, value in held.items()}
    return held


def _parts(name: str, tensors: Mapping[str, Tensor]) -> list[Network]:
    """Return a dictionary as a network, and all tensors whose names begin alike as one more each."""
    tensors = unwrapped(tensors)
    found = [Network(name, tensors)]
    if name.count(".") >= MOST_LEVELS:
        return found
    heads: dict[str, dict[str, Tensor]] = {}
    for one, value in tensors.items():
        head, _, rest = one.partition(".")
        heads.setdefault(head, {})[rest] = value
    for head, inner in heads.items():
        if len(inner) > 1 and "" not in inner:
            found += _parts(f"{name}.{head}" if name else head, inner)
    return found


def _layout_of(network: Network, asked: str | None) -> str | None:
    """Return the layout of a network: the one that is asked for, or the first that it looks like."""
    if len(network.tensors) < 2:
        return None
    names = [asked] if asked is not None else list(LAYOUTS)
    return next((name for name in names if LAYOUTS[name].looks_like(network.tensors)), None)


def _outermost(fitting: Sequence[tuple[Network, str]]) -> list[tuple[Network, str]]:
    """Return the networks that are no part of another one in the list."""
    names = [one.name for one, _ in fitting]
    return [(one, kind) for one, kind in fitting if not any(_is_part(one.name, other) for other in names)]


def _is_part(name: str, other: str) -> bool:
    return name != other and (other == "" or name.startswith(f"{other}."))


def _averaged(fitting: Sequence[tuple[Network, str]]) -> tuple[Network, str]:
    """Return the one of several generators whose weights were averaged.

    Raises:
        ConfigError: none of them says so, or several.
    """
    averaged = [(one, kind) for one, kind in fitting if one.is_averaged]
    if len(averaged) == 1:
        return averaged[0]
    there = " or ".join(f"--network {one.name}" for one, _ in averaged or fitting)
    raise ConfigError(f"the file holds {len(averaged or fitting)} networks that may be the generator; choose {there}")


def _nothing(networks: Sequence[Network], layout: str | None, hints: Hints) -> str:
    """Return what is to be said where no network is a generator."""
    if not networks:
        return "the file holds no weights with names"
    largest = max(networks, key=lambda one: sum(value.numel() for value in one.tensors.values()))
    names = ", ".join(list(largest.tensors)[:4])
    known = "; ".join(f"--as {name}, {one.about}" for name, one in LAYOUTS.items())
    why = ""
    try:
        LAYOUTS[layout or "dcgan"].read(_floats(largest.tensors), hints)
    except (CheckpointError, ConfigError) as error:
        why = f": {error}"
    return (
        f"no generator was recognised by its weights ({names}, ...){why}. Known are {known}; one of any other "
        "architecture comes in with its code: --module package.module:Class"
    )


def _require_finite(network: Network) -> None:
    for name, value in network.tensors.items():
        if value.is_floating_point() and not bool(torch.isfinite(value.float()).all()):
            raise CheckpointError(
                f"the weights '{name}' are not all finite; the file is of a training that diverged, or damaged"
            )


def _floats(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return weights as float32, and counters as they are."""
    return {name: value.to(torch.float32) if value.is_floating_point() else value for name, value in tensors.items()}
