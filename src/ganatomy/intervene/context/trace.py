"""How far a change of units goes through the layers above: the trace of an intervention.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), figure 12: the mean normalised change of the featuremaps of each
later layer, of insertions that show in the image and of those that do not.

Differs: a change is normalised by the standard deviation of its unit over all samples and cells, so that units and
layers of any scale can be compared; the mean is taken over the whole map, and the image is the last of the layers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import torch
from torch import Tensor, nn

from ganatomy.directions import units_of
from ganatomy.errors import LayerError
from ganatomy.hooks import Kept, find_layer, record
from ganatomy.hooks.layers import original
from ganatomy.intervene.baseline import Baseline
from ganatomy.intervene.changes import Change
from ganatomy.intervene.halves import Halves

IMAGE = "image"
"""What the last step of a trace is called."""


@dataclass(frozen=True, eq=False)
class Tracer:
    """What is needed to follow changes up: the layers, and how much their units vary unedited."""

    halves: Halves
    layers: tuple[str, ...]
    """Those above the edited one, in the order in which they run."""
    scales: tuple[Tensor, ...]
    """(u,) of each step, the standard deviation of each unit; infinite of a unit that is always the same."""

    @property
    def steps(self) -> tuple[str, ...]:
        """The edited layer, those above it, and the image."""
        return (self.halves.layer, *self.layers, IMAGE)

    def run(self, featuremaps: Tensor, kept: Kept, changes: Sequence[Change] = ()) -> list[Tensor]:
        """Return what every step gives, (n, u, h, w) each, the images last.

        Args:
            featuremaps: (n, u, h, w) of the edited layer, unedited.
            kept: what the part above it needs beside them.
            changes: of that layer, one after another.
        """
        return _run(self.halves, self.layers, featuremaps, kept, changes)

    def changes(self, before: Sequence[Tensor], after: Sequence[Tensor]) -> Tensor:
        """Return the mean normalised |change| (n, steps): over units that vary, of |r' - r| / sd, over all cells."""
        means = [
            (changed - plain).abs().mean((2, 3)).div(scale)[:, scale.isfinite()].mean(1)
            for plain, changed, scale in zip(before, after, self.scales, strict=True)
        ]
        return torch.stack(means, 1).nan_to_num(0.0)  # of a layer in which no unit varies nothing can change


@torch.no_grad()
def tracer_of(baseline: Baseline, layers: Sequence[str] = (), batch_size: int = 32) -> Tracer:
    """Return what follows changes of a baseline's layer up.

    Args:
        baseline: samples unedited.
        layers: the ones to watch, by their dotted module names; none takes the generator's own parts.
        batch_size: samples at a time.

    Raises:
        LayerNotFound: no such layer.
        LayerError: nothing lies above the edited layer; a layer does not run above it, or has no featuremaps.
    """
    halves, one = baseline.halves, baseline.take(torch.arange(1))
    if one.featuremaps.shape[1:] == (3, *baseline.images.shape[1:3]):
        raise LayerError(
            f"layer '{halves.layer}' gives the image itself and nothing lies above it; choose an earlier layer"
        )
    if repeated := [layer for layer in layers if list(layers).count(layer) > 1]:
        raise LayerError(f"layer '{repeated[0]}' is to be traced twice; give each once")
    chosen = _in_order(halves, one, layers) if layers else _parts(halves, one)
    return Tracer(halves, chosen, _scales(baseline, chosen, batch_size))


def _run(
    halves: Halves, layers: Sequence[str], featuremaps: Tensor, kept: Kept, changes: Sequence[Change] = ()
) -> list[Tensor]:
    changed = reduce(lambda maps, change: change.blend(maps)(maps), changes, featuremaps)
    with record(halves.generator, layers) as recorded:
        images = halves.above(featuremaps, kept, changes)
    return [changed, *(recorded[layer] for layer in layers), images]


def _scales(baseline: Baseline, layers: Sequence[str], batch_size: int) -> tuple[Tensor, ...]:
    """Return the standard deviation of each unit of each step over all samples and cells."""
    count = 0
    sums: list[list[Tensor]] = []
    for samples in baseline.batches(batch_size):
        steps = _run(baseline.halves, layers, baseline.featuremaps[samples], baseline.kept[samples])
        count += len(samples)
        sums.append([_powers(step) for step in steps])
    return tuple(_deviation(torch.stack(column).sum(0) / count) for column in zip(*sums, strict=True))


def _powers(step: Tensor) -> Tensor:
    """Return the sums (2, u) over samples of the mean over cells of the values and of their squares."""
    values = step.double()
    return torch.stack([values.mean((2, 3)).sum(0), values.square().mean((2, 3)).sum(0)])


def _deviation(means: Tensor) -> Tensor:
    """Return the standard deviation (u,) of units from the means of their values and squares; infinite for none.

    A float32 that varies does so by more than its rounding, 6e-8 of its value.
    """
    mean, square = means
    variance = square - mean.square()
    return torch.where(variance > 1e-14 * square, variance.clamp(min=0).sqrt(), torch.inf).float()


def _parts(halves: Halves, one: Baseline) -> tuple[str, ...]:
    """Return the generator's own parts that run above the layer and give featuremaps, in their order."""
    names = [name for name, _ in original(halves.generator).named_modules() if name and "." not in name]
    own = [name for name in names if units_of(halves.generator, name) is None]  # not directions of another layer
    outputs, images = _seen(halves, one, own)
    return tuple(
        name
        for name, output in outputs.items()
        if isinstance(output, Tensor) and output.ndim == 4 and not _is_same(output, images)
    )


def _in_order(halves: Halves, one: Baseline, layers: Sequence[str]) -> tuple[str, ...]:
    """Return the layers in the order in which they run above the edited one."""
    outputs, _ = _seen(halves, one, layers)
    for layer in layers:
        if layer not in outputs:
            raise LayerError(f"layer '{layer}' does not run above '{halves.layer}'; leave it out of the trace")
        if not isinstance(outputs[layer], Tensor) or outputs[layer].ndim != 4:
            raise LayerError(f"layer '{layer}' gives no featuremaps (n, u, h, w); leave it out of the trace")
    return tuple(outputs)


def _seen(halves: Halves, one: Baseline, layers: Sequence[str]) -> tuple[dict[str, Any], Tensor]:
    """Return what those of the layers give that run after the edited one, in their order, and the images."""
    outputs: dict[str, Any] = {}

    def noting(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def note(_layer: nn.Module, _inputs: Any, output: Any) -> None:
            if name == halves.layer:
                outputs.clear()  # of a network that is run whole, with what lies below
            else:
                outputs[name] = output

        return note

    names = [*layers, halves.layer]
    found = [(name, find_layer(halves.generator, name)) for name in dict.fromkeys(names)]
    handles = [layer.register_forward_hook(noting(name)) for name, layer in found]
    try:
        images = halves.above(one.featuremaps, one.kept)
    finally:
        for handle in handles:
            handle.remove()
    return outputs, images


def _is_same(output: Tensor, images: Tensor) -> bool:
    return output.shape == images.shape and torch.equal(output, images)
