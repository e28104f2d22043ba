"""A module as it is given to a function, as a generator that can be opened up: still, in float32, and looked at once.

What can be put right without making another function of it is, on a copy, and said: the module itself stays as it is.
"""

import copy
import hashlib
from typing import Any, cast

import torch
from torch import Tensor, nn

from ganatomy.errors import ConfigError, DataError
from ganatomy.models.adaptation import TRIAL, adapt, unwrapped
from ganatomy.models.protocol import GeneratorNetwork, ImageGenerator, sample_latents
from ganatomy.pixels import require_pixels
from ganatomy.progress import SILENT, Progress

RANGE = "say which by ganatomy.adapt(module, value_range=(0, 255)) or the like"
DIFFERENCE = 1e-3
"""Least difference between two passes on the same latents that is taken for noise."""
OUTSIDE = 0.01
"""Least share of pixels outside of [-1, 1] that is told of."""


def as_generator(module: nn.Module, progress: Progress = SILENT) -> GeneratorNetwork:
    """Return the module itself where it can be opened up as it is, else a copy that can, adapted as far as is needed.

    Copied and said: a module in training mode, whose BatchNorm would learn and whose scores would depend on the batch,
    is put in evaluation mode; half, bfloat16 and double become float32; noise drawn in the forward pass is drawn by a
    seed that depends on the latents alone.

    Args:
        module: a generator; one in `nn.DataParallel` is taken out of it.
        progress: told of what was put right.

    Raises:
        ConfigError: it is no module, cannot be copied, or see `adapt`.
        DataError: its images hold NaN, or are not in [-1, 1].
    """
    if not isinstance(module, nn.Module):
        raise ConfigError(f"{module!r} is no generator; give an nn.Module, such as ganatomy.load(run) or packaged()")
    still = _still(unwrapped(module), progress)
    failure = _misfit(still) if isinstance(still, ImageGenerator) else "it does not say what it takes"
    if failure is None:
        generator = cast(GeneratorNetwork, still)
    elif isinstance(still, GeneratorNetwork):
        raise ConfigError(f"{type(still).__name__} cannot run on its own latents: {failure}; load or adapt it again")
    else:
        generator = adapt(still, classes=getattr(still, "class_names", None))
    return _looked_at(generator, progress)


def _still(module: nn.Module, progress: Progress) -> nn.Module:
    """Return a module in evaluation mode and float32: the module itself where it is so, else a copy."""
    name = type(getattr(module, "module", module)).__name__
    is_training = any(part.training for part in module.modules()) or module.training
    others = {one.dtype for one in module.parameters() if one.is_floating_point()} - {torch.float32}
    if not is_training and not others:
        return module
    copied = _copied(module)
    if is_training:
        progress.line(f"{name} is in training mode: a copy in evaluation mode is used, and it stays as it is")
    if others:
        said = " and ".join(sorted(str(dtype).removeprefix("torch.") for dtype in others))
        progress.line(f"{name} has weights of {said}: a copy in float32 is used, and it stays as it is")
    return copied.float().eval()


def _copied(module: nn.Module) -> nn.Module:
    try:
        return copy.deepcopy(module)
    except Exception as error:  # other people's code raises anything at all
        raise ConfigError(
            f"{type(module).__name__} is in training mode, not in float32 or draws noise, and cannot be copied to mend "
            f"that ({' '.join(str(error).split())[:160]}); give module.float().eval(), with noise fixed"
        ) from None


def _misfit(module: nn.Module) -> str | None:
    """Return why a module does not make the images that it says it makes; None if it does."""
    try:
        images = _trial(module)
    except ConfigError:
        raise
    except Exception as error:  # other people's code raises anything at all
        return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
    size = (TRIAL, 3, *[cast(ImageGenerator, module).image_size] * 2)
    if not isinstance(images, Tensor) or not images.is_floating_point() or tuple(images.shape) != size:
        form = tuple(images.shape) if isinstance(images, Tensor) else type(images).__name__
        return f"it gives {form} in place of images {size}"
    return None


def _looked_at(generator: GeneratorNetwork, progress: Progress) -> GeneratorNetwork:
    """Return a generator whose images can be told colours of, and are the same for the same latents."""
    name = type(getattr(generator, "module", generator)).__name__
    images, again = _trial(generator), _trial(generator)
    require_pixels(images, f"images of {name}", RANGE)
    outside = float((images.abs() > 1.01).float().mean())
    if outside > OUTSIDE:
        progress.line(f"{outside:.0%} of the pixels of {name} lie outside of [-1, 1] and count as black or white")
    if float(images.min()) >= 0:
        progress.line(
            f"no pixel of {name} lies below 0, which is grey: if 0 stands for black, give "
            "ganatomy.adapt(module, value_range=(0, 1))"
        )
    if float((images - again).abs().max()) <= DIFFERENCE:
        return generator
    progress.line(
        f"{name} draws noise in its forward pass: on a copy it is drawn by the latents, so that the same ones give the "
        "same image in the same batch"
    )
    steady = cast(GeneratorNetwork, _copied(generator))
    _Noise().attach(steady)
    if float((_trial(steady) - _trial(steady)).abs().max()) > DIFFERENCE:
        raise DataError(
            f"{name} gives other images for the same latents at each call, and not by torch's random numbers; make it "
            "give the same ones, such as call={'noise_mode': 'const'} to ganatomy.adapt"
        )
    return steady


@torch.no_grad()
def _trial(generator: nn.Module) -> Any:
    """Return what a generator makes of two latents."""
    place = next(generator.parameters(), torch.empty(0)).device
    return generator(sample_latents(generator, TRIAL, torch.Generator().manual_seed(0)).to(place))


class _Noise:
    """Draws the noise of a module's forward pass by its latents, and leaves torch's own random numbers alone."""

    def __init__(self) -> None:
        self._before: list[tuple[Tensor, list[Tensor]]] = []

    def attach(self, module: nn.Module) -> None:
        """Do so at every call of `module` from now on."""
        module.register_forward_pre_hook(self._seed)
        module.register_forward_hook(self._restore, always_call=True)

    def _seed(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []  # type: ignore[no-untyped-call]
        self._before.append((torch.get_rng_state(), cuda))
        latents = inputs[0].detach().to("cpu", torch.float32).contiguous().numpy().tobytes()
        torch.manual_seed(int.from_bytes(hashlib.sha256(latents).digest()[:8], "big") >> 1)

    def _restore(self, module: nn.Module, inputs: object, output: object) -> None:
        cpu, cuda = self._before.pop()
        torch.set_rng_state(cpu)
        if cuda:
            torch.cuda.set_rng_state_all(cuda)
