"""Everything that a layer's scores are made of, as exact counts."""

from collections.abc import Mapping

import torch
from torch import Tensor

from ganatomy.dissect.counting.covariance import PixelCovariance
from ganatomy.dissect.counting.grid import CLAMPED, Upsampling, sampling, surrounded
from ganatomy.dissect.counting.kernel import LevelIndex, count_levels
from ganatomy.dissect.counting.levels import UNIT_BLOCK, levels_of
from ganatomy.dissect.counting.masks import LabelledPixels
from ganatomy.errors import DataError, LayerError
from ganatomy.stats.joint import JointHistogram
from ganatomy.stats.top import TopSamples


class Tally:
    """The counts of one layer: the joint histogram, the top samples and, where asked for, joint moments.

    All are mergeable, so is the whole: any split of the samples gives the same counts.

    Args:
        edges: (u, j) float32 thresholds of each unit, ascending.
        grid: rows and columns of the mask grid.
        num_groups: sets of images whose activations are counted apart, see `LabelledPixels.groups`.
        top: samples kept per unit.
        how: what upsampling reads between the cells and beyond them.
        plain: count with torch alone on a CPU too, as on every other device.
        covariance: where the joint moments of units and masks go; None for none.
    """

    def __init__(
        self,
        edges: Tensor,
        grid: tuple[int, int],
        num_groups: int,
        top: int = 6,
        how: Upsampling = CLAMPED,
        plain: bool = False,
        covariance: PixelCovariance | None = None,
    ) -> None:
        self.edges, self.grid, self._how = edges, grid, how
        self.joint = JointHistogram(len(edges), num_groups, edges.shape[1] + 1, edges.device)
        self.top = TopSamples(len(edges), top, edges.device)
        self.covariance = covariance
        self.num_images = 0
        is_fused = edges.device.type == "cpu" and not plain
        self._index = LevelIndex(edges.numpy()) if is_fused else None

    def add(self, featuremaps: Tensor, pixels: LabelledPixels, samples: Tensor) -> None:
        """Count a batch: by the fused kernel on a CPU, the plain way on other devices; both give the same counts.

        Args:
            featuremaps: (n, u, h, w) float32, the layer's output.
            pixels: the labels of the same samples.
            samples: (n,) int64, the number of each sample.

        Raises:
            DataError: a featuremap is NaN or infinite.
        """
        highest = featuremaps.amax((2, 3))
        if not (highest.isfinite().all() and featuremaps.amin((2, 3)).isfinite().all()):
            raise DataError("featuremaps are NaN or infinite; the weights have diverged: give other ones")
        assert pixels.groups.shape[1] == self.joint.active.shape[1]  # the kernel would write beyond the table
        if self._index is None:
            self._add_plainly(featuremaps, pixels)
        else:
            self._add_fused(featuremaps, pixels, self._index)
        if self.covariance:
            self.covariance.add(featuremaps, pixels)
        self.top.add(highest, samples)
        self.num_images += len(samples)

    def _add_fused(self, featuremaps: Tensor, pixels: LabelledPixels, index: LevelIndex) -> None:
        maps = surrounded(featuremaps.detach().float(), self._how).contiguous().numpy()
        rows = self.joint.rows_of(pixels.labels)
        where = sampling((featuremaps.shape[2], featuremaps.shape[3]), self.grid, self._how)
        labels, shown, groups = pixels.index.cpu(), pixels.shown.cpu(), pixels.groups.cpu()
        count_levels(
            maps,
            where,
            index,
            labels.numpy(),
            shown.numpy(),
            rows.numpy(),
            groups.numpy(),
            self.joint.counts.numpy(),
            self.joint.active.numpy(),
        )

    def _add_plainly(self, featuremaps: Tensor, pixels: LabelledPixels) -> None:
        device = self.edges.device
        rows = torch.cat([self.joint.rows_of(pixels.labels), torch.tensor([-1])]).to(device)
        of_pixels, groups = rows[pixels.index.to(device).long()], pixels.groups.to(device)
        for first in range(0, len(self.edges), UNIT_BLOCK):
            units = slice(first, first + UNIT_BLOCK)
            levels = levels_of(featuremaps[:, units].to(device), self.grid, self.edges[units], self._how)
            self.joint.add(levels, of_pixels, groups, first)

    def merge(self, other: "Tally") -> None:
        """Add what `other` counted, with the same thresholds, on other samples."""
        self.joint.merge(other.joint)
        self.top.merge(other.top)
        if self.covariance and other.covariance:
            self.covariance.merge(other.covariance)
        self.num_images += other.num_images

    def state(self) -> dict[str, Tensor]:
        """Return what was counted, ready to be saved."""
        counted = {f"joint.{name}": value for name, value in self.joint.state().items()}
        kept = {f"top.{name}": value for name, value in self.top.state().items()}
        moments = self.covariance.state() if self.covariance else {}
        together = {f"covariance.{name}": value for name, value in moments.items()}
        return {**counted, **kept, **together, "num_images": torch.tensor(self.num_images)}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a `state()` of a tally with the same thresholds."""
        self.joint = JointHistogram.from_state(under("joint.", state))
        self.top = TopSamples.from_state(under("top.", state))
        if self.covariance:
            self.covariance.restore(under("covariance.", state))
        self.num_images = int(state["num_images"])


def under(prefix: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the entries of a state whose names start with `prefix`, without it."""
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}


def check_featuremaps(layer: str, output: Tensor) -> None:
    """Raise LayerError unless the layer's output is a batch of featuremaps.

    Raises:
        LayerError: the output is not (n, u, h, w).
    """
    if output.ndim != 4:
        raise LayerError(
            f"layer '{layer}' returns shape {tuple(output.shape)}; dissection needs featuremaps (n, u, h, w): "
            "choose a layer that keeps height and width"
        )
