"""Real points of a mixture, as a training takes them."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from ganatomy.data import mixtures
from ganatomy.errors import IncompatibleRun
from ganatomy.seeds import stream


@dataclass(frozen=True)
class Mixture:
    """A distribution of points in the plane that never runs out; see `ganatomy.data.mixtures`."""

    name: str

    def __post_init__(self) -> None:
        mixtures.standard_deviation(self.name)  # refuses an unknown name


class PointBatches:
    """An endless stream of independent points that can be stopped and resumed anywhere.

    >>> PointBatches(Mixture("8gaussians"), seed=0).next(5).shape
    torch.Size([5, 2])
    """

    def __init__(self, mixture: Mixture, seed: int) -> None:
        self._name, self._rng = mixture.name, stream(seed, "points")

    def next(self, n: int) -> Tensor:
        """Return the next `n` points, (n, 2) float32."""
        return mixtures.sample(self._name, n, self._rng)

    def state(self) -> dict[str, Any]:
        """Return the place in the stream and what the points are drawn from."""
        return {"mixture": self._name, "rng": self._rng.get_state()}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go to the place that `state` names.

        Raises:
            IncompatibleRun: the state belongs to another mixture.
        """
        if state.get("mixture") != self._name:
            raise IncompatibleRun(
                f"cannot resume the data: points were {state.get('mixture')} and are now {self._name}; "
                "give the same data, or start a new run"
            )
        self._rng.set_state(state["rng"])
