"""What a generation of each arm costs: multiply-accumulates, counted, and seconds, measured interleaved.

Arms are timed in turn in one process, round after round, and the medians taken: a machine that has other work, or
slows down as it warms up, then slows all of them alike. Arms of equal multiply-accumulates, and of equal settings that
these do not count, share one median over the times of all of them: noise must not give them different generations.
Runs last for a number of generations worked out from these medians, so that they can be repeated and resumed.
"""

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

import torch

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.parts import flat
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.errors import DivergedTraining
from ganatomy.evolve.macs import count_macs
from ganatomy.evolve.state import start
from ganatomy.evolve.train import advance, generation_settings
from ganatomy.progress import SILENT, Progress

SECONDS_PER_ARM = 2.0
LEAST_ROUNDS, MOST_ROUNDS = 9, 100  # of three, medians of arms of equal cost were seen to differ by a sixth
UNCOUNTED = ("generator_norm", "upsampling", "discriminator_norm", "augment", "precision", "adam_state", "diversity")
"""Settings that change the seconds of a generation but not its multiply-accumulates."""


@dataclass(frozen=True)
class Cost:
    """Of one generation, in the mean over a cycle of `evolve_every` generations; of full grown networks."""

    macs: float
    """Multiply-accumulates of convolutions and matrix products, forward and backward."""
    seconds: float


def generation_costs(
    arms: Sequence[EvolveConfig],
    data: ImageSet | Mixture,
    seconds_per_arm: float = SECONDS_PER_ARM,
    progress: Progress = SILENT,
) -> list[Cost]:
    """Return the cost of a generation of each arm, on as many threads as torch is set to.

    Args:
        arms: settings; nothing of what is trained here is kept.
        data: what they train on.
        seconds_per_arm: how long to measure, unless that is less than nine rounds or more than a hundred.
        progress: is told of every round.

    Raises:
        DivergedTraining: an arm diverges in its first generations.
    """
    trials = [_Trial(settings, data) for settings in arms]
    rounds = 0
    began = time.perf_counter()
    with progress.task("timing a generation of each arm", None, "rounds") as task:
        while rounds < LEAST_ROUNDS or (
            rounds < MOST_ROUNDS and time.perf_counter() - began < seconds_per_arm * len(trials)
        ):
            for trial in trials:
                trial.time()
            rounds += 1
            task.update(rounds)
    return [Cost(trial.macs, trial.median_seconds([one for one in trials if one.is_like(trial)])) for trial in trials]


class _Trial:
    """A training that is carried on for its costs alone: the first generation of its cycle, and one of the others."""

    def __init__(self, config: EvolveConfig, data: ImageSet | Mixture) -> None:
        self._config, self._data = config, data
        self.numbers = (0, 1) if config.selection.evolve_every > 1 else (0,)
        """Of the generation before each kind of generation."""
        self.seconds: list[list[float]] = [[] for _ in self.numbers]
        self._start()
        for number in self.numbers:  # the first of each kind also allocates what later ones reuse
            self.take(number)
        self.macs = self._mean([count_macs(partial(self.take, number)) for number in self.numbers])

    def is_like(self, other: "_Trial") -> bool:
        """Return whether a generation of both is the same work."""
        own, others = flat(self._config), flat(other._config)
        return (
            self.numbers == other.numbers
            and math.isclose(self.macs, other.macs, rel_tol=1e-6)
            and all(own[name] == others[name] for name in UNCOUNTED)
        )

    def median_seconds(self, alike: Sequence["_Trial"]) -> float:
        """Return the seconds of a generation: medians over the times of all trials that are alike."""
        kinds = zip(*(trial.seconds for trial in alike), strict=True)
        return self._mean([statistics.median(chain.from_iterable(times)) for times in kinds])

    def _mean(self, of_kinds: Sequence[float]) -> float:
        """Return the mean over a cycle, of one value for each kind of generation."""
        share = 1 / self._config.selection.evolve_every
        weights = (share, 1 - share)
        return sum(weight * value for weight, value in zip(weights, of_kinds, strict=False))

    def take(self, number: int) -> None:
        """Take the generation after `number`."""
        try:
            self._advance(number)
        except DivergedTraining:
            self._start()
            for earlier in range(number + 1):
                self._advance(earlier)

    def _advance(self, number: int) -> None:
        self._state.generation = number
        advance(self._config, self._settings, self._state)

    def time(self) -> None:
        """Take one generation of each kind and note its seconds."""
        for number, noted in zip(self.numbers, self.seconds, strict=True):
            self._synchronise()
            began = time.perf_counter()
            self.take(number)
            self._synchronise()
            noted.append(time.perf_counter() - began)

    def _start(self) -> None:
        self._state = start(self._config, self._data)
        if self._state.growth is not None:
            self._state.kimg = self._state.growth.kimg
        self._settings = generation_settings(self._config, self._state.moments)

    def _synchronise(self) -> None:
        device = self._config.bookkeeping.device
        if device.startswith("cuda"):
            torch.cuda.synchronize(device)
