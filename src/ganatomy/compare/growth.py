"""One run of a comparison: trained to its last score, from wherever it stands."""

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import torch

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import read_config
from ganatomy.evolve import session
from ganatomy.evolve.scores import Scores
from ganatomy.evolve.train import snapshot_path
from ganatomy.runs.directory import Run
from ganatomy.runs.files import write_json
from ganatomy.runs.layout import CONFIG, FAILED, STATE
from ganatomy.runs.lock import held

Hear = Callable[[float], None]
"""Is told how much of a run is done, in [0, 1]."""


def grow(run: Run, threads: int, keep_state: bool, hear: Hear, given: Collection[str] = ()) -> None:
    """Train a run to its stop and score it there; a training that diverges is noted instead.

    Args:
        run: its directory, with its settings; goes on from its snapshot where it has one.
        threads: CPU threads.
        keep_state: whether the snapshot stays when it is finished.
        hear: is told how far it is.
        given: names `module:function` that were given for the whole comparison; the run's settings may name no others.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; where it stood is saved.
        GanatomyError: a setting or the data do not fit, or another process trains this run.
    """
    torch.set_num_threads(threads)
    with held(run):
        config, ears = read_config(EvolveConfig, run.path / CONFIG, given), Ears(hear)
        state = session.ready(config, run if snapshot_path(run).exists() else None, ears)
        failure, scores = session.grow(config, run, state, ears).failure, run.scores()
        if failure is not None:
            write_json(run.path / FAILED, {"generation": state.generation + 1, "reason": str(failure)})
        elif not scores or scores[-1].generation < state.generation:
            Scores(config, state.data).look(run, state)
        if not keep_state:
            shutil.rmtree(run.path / STATE, ignore_errors=True)


class Ears:
    """Progress that tells how far a training is, and keeps everything else to itself.

    Args:
        hear: is told, in [0, 1], at most once a hundredth.
    """

    def __init__(self, hear: Hear) -> None:
        self._hear, self._told = hear, -1.0

    @contextmanager
    def task(self, description: str, total: float | None, unit: str = "it", done: float = 0.0) -> Iterator["Ears"]:
        """Yield itself, deaf to all tasks but the training, which counts in percent."""
        yield self if unit == "%" else Ears(lambda _: None)

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Pass over what is not the training."""

    def update(self, completed: float, note: str = "") -> None:
        """Tell how much is done where it is a hundredth more."""
        if completed >= self._told + 1 or completed >= 100 > self._told:
            self._told = completed
            self._hear(completed / 100)

    def line(self, text: str) -> None:
        """Pass over it: warnings stand in the run."""
