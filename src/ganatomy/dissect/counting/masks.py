"""The labels of a batch as the tally counts them: as segmented, of other samples, and shifted.

A unit that is active at one place in every sample agrees with whatever concept tends to be there: IoU alone takes it
for a detector. Two nulls stand beside every IoU. With the masks of another sample, what is left is what place and
area explain; with the sample's own masks shifted by a random step around the image, what area and texture explain.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ganatomy.errors import DataError
from ganatomy.seeds import stream
from ganatomy.segment.protocol import NOTHING, OTHER

ALIGNED, SHUFFLED, SHIFTED = range(3)
"""The tables: masks as segmented, masks of the sample before, the own masks shifted."""

TABLES = 3

ALL, PAIRED, CATEGORIES = range(3)
"""Groups of images: all of them, those with a sample before them, and from the third on those of each category; after
these, category by category again, those that the sample before them belongs to."""


@dataclass(frozen=True)
class LabelledPixels:
    """A batch's pixels by label, where concept c of table t has the label t * k + c."""

    labels: tuple[int, ...]
    """(m,) ascending, those that occur."""
    index: Tensor
    """(n, channels, pixels) int16, each the position of its label in `labels`; m for none."""
    shown: Tensor
    """(m,) int64, pixels of each label."""
    groups: Tensor
    """(n, g) bool, see `ALL`."""


def to_grid(labels: Tensor, grid: tuple[int, int]) -> Tensor:
    """Return labels (n, heads, h, w) int64 at the grid, each cell taking the label at its centre."""
    if tuple(labels.shape[2:]) == grid:
        return labels
    return F.interpolate(labels.float(), size=grid, mode="nearest-exact").long()


def category_groups(categories: tuple[str, ...]) -> tuple[int, ...]:
    """Return, for each concept, the group of the images in which its category occurs."""
    names = sorted(set(categories))
    return tuple(CATEGORIES + names.index(category) for category in categories)


def before(groups: NDArray[np.int64], num_groups: int) -> NDArray[np.int64]:
    """Return the groups of the images whose sample before belongs to `groups`, which are those of categories."""
    return groups + (num_groups - CATEGORIES) // 2


class MaskSource:
    """Turns the labels of consecutive samples, those of one block, into channels to be counted.

    Args:
        categories: the category of each concept.
        grid: rows and columns of the mask grid.
        seed: of the shifts.
        name: what the samples are called: the same samples get the same shifts.
        nulls: whether to add the masks of other samples and the shifted ones.
    """

    def __init__(
        self, categories: tuple[str, ...], grid: tuple[int, int], seed: int, name: str, nulls: bool = True
    ) -> None:
        self.num_concepts, self.grid = len(categories), grid
        self._category_of = torch.tensor(category_groups(categories)) - CATEGORIES
        self._num_categories = len(set(categories))
        self._is_named = torch.tensor([category != OTHER for category in categories])
        self._first = self._category_of[int(self._is_named.int().argmax())]
        self._seed, self._name, self._nulls = seed, name, nulls
        self._before: Tensor | None = None
        self._categories_before = torch.zeros(1, self._num_categories, dtype=torch.bool)

    @property
    def num_groups(self) -> int:
        """How many groups of images are told apart."""
        return CATEGORIES + 2 * self._num_categories

    def label(self, labels: Tensor, samples: Tensor) -> LabelledPixels:
        """Return a batch, labelled.

        Args:
            labels: (n, heads, *grid) int64 in -1 ... k - 1, of samples that follow those of the call before.
            samples: (n,) int64, their numbers.

        Raises:
            DataError: labels off the grid, or of a concept that there is not.
        """
        self._check(labels)
        n = len(labels)
        own = labels.flatten(2)
        channels = [own]
        paired, categories = torch.full((n,), True), self._categories(own)
        of_before = torch.zeros_like(categories)
        if self._nulls:
            of_before = torch.cat([self._categories_before, categories[:-1]])
            self._categories_before = categories[-1:]
            before, paired = self._with_sample_before(own)
            channels += [_moved(before, SHUFFLED * self.num_concepts)]
            channels += [_moved(self._shifted(labels, samples).flatten(2), SHIFTED * self.num_concepts)]
        groups = torch.cat([torch.stack([torch.full((n,), True), paired], 1), categories, of_before], 1)
        return _compact(torch.cat(channels, 1), groups)

    def _with_sample_before(self, own: Tensor) -> tuple[Tensor, Tensor]:
        """Return the labels of the sample before each one, and (n,) bool whether there is one."""
        first = torch.full_like(own[:1], NOTHING) if self._before is None else self._before
        paired = torch.full((len(own),), True)
        paired[0] = self._before is not None
        self._before = own[-1:]
        return torch.cat([first, own[:-1]]), paired

    def _shifted(self, labels: Tensor, samples: Tensor) -> Tensor:
        """Return each sample's labels, shifted around both borders by steps of its own."""
        shifted = []
        for sample, number in zip(labels, samples.tolist(), strict=True):
            rng = stream(self._seed, f"dissect/shift/{self._name}/{number}")
            step = [int(torch.randint(side, (), generator=rng)) for side in self.grid]
            shifted.append(sample.roll(step, (1, 2)))
        return torch.stack(shifted)

    def _categories(self, own: Tensor) -> Tensor:
        """Return (n, categories) bool: which categories occur in each sample.

        As in the authors' code, whose label 0 for everything without a name has the first category: a sample of which
        some pixel has no name, under any head, belongs to that one too.
        """
        present = torch.zeros(len(own), self.num_concepts + 1, dtype=torch.bool, device=own.device)
        present.scatter_(1, (own + 1).flatten(1), True)
        found = torch.zeros(len(own), self._num_categories, dtype=torch.int64)
        concepts = present[:, 1:].cpu()
        found.index_add_(1, self._category_of, concepts.long())
        found[:, self._first] += present[:, 0].cpu() | (concepts & ~self._is_named).any(1)
        return found > 0

    def _check(self, labels: Tensor) -> None:
        if tuple(labels.shape[2:]) != self.grid:
            raise DataError(f"masks are {tuple(labels.shape[2:])} pixels; the grid of this tally is {self.grid}")
        if labels.min() < NOTHING or labels.max() >= self.num_concepts:
            raise DataError(
                f"masks hold values {int(labels.min())} to {int(labels.max())}; with {self.num_concepts} concepts they "
                f"must lie in {NOTHING} to {self.num_concepts - 1}"
            )


def _moved(labels: Tensor, step: int) -> Tensor:
    return torch.where(labels == NOTHING, NOTHING, labels + step)


def _compact(labels: Tensor, groups: Tensor) -> LabelledPixels:
    counted = torch.bincount((labels + 1).flatten())[1:]
    present = counted.nonzero()[:, 0]
    place = torch.full((len(counted) + 1,), len(present), dtype=torch.int16, device=labels.device)
    place[present + 1] = torch.arange(len(present), dtype=torch.int16, device=labels.device)
    return LabelledPixels(tuple(present.tolist()), place[labels + 1], counted[present], groups)
