"""All settings of a training."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from ganatomy.config.bounds import WholeNumber, require_bounds
from ganatomy.config.evolve.bookkeeping import BookkeepingSettings, ScoringSettings, StopSettings
from ganatomy.config.evolve.data import DataSettings
from ganatomy.config.evolve.growing import GrowingSettings
from ganatomy.config.evolve.networks import NetworkSettings
from ganatomy.config.evolve.objectives import ObjectiveSettings
from ganatomy.config.evolve.optimiser import OptimiserSettings
from ganatomy.config.evolve.selection import SelectionSettings
from ganatomy.config.evolve.together import (
    require_children,
    require_counted_scores,
    require_evaluation,
    require_growing,
    require_networks,
)
from ganatomy.config.jsonable import read_config
from ganatomy.config.parts import changed, nested, require_known, require_parts, settings_of
from ganatomy.errors import IncompatibleRun

PresetName = Literal[
    "paper", "paper-points", "theano", "theano-64", "theano-128", "theano-points", "pytorch", "projected", "progan"
]
COMPARISON = "compare.json"
"""In the directory of a comparison: arms, scores and verdict."""


@dataclass(frozen=True)
class EvolveConfig:
    """Grow a generator by evolution (E-GAN), or by a single objective, on your images.

    What most people need comes first; the rest stands by parts.
    """

    SCHEMA: ClassVar = 2
    """Of its files: settings stand in parts. In schema 1 all stood side by side."""
    FIRST: ClassVar = ("data", "name", "image_size", "minutes", "preset", "resume", "device", "seed")
    """What most people need: help shows it first."""

    preset: PresetName | None = None
    """Settings to start from, of a published source or, with `projected`, those of Projected GAN with latents in every
    layer; flags override them."""
    seed: WholeNumber = 0
    """Seed of every random stream."""
    data: DataSettings = field(default_factory=DataSettings)
    networks: NetworkSettings = field(default_factory=NetworkSettings)
    growing: GrowingSettings = field(default_factory=GrowingSettings)
    objectives: ObjectiveSettings = field(default_factory=ObjectiveSettings)
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    optimiser: OptimiserSettings = field(default_factory=OptimiserSettings)
    stop: StopSettings = field(default_factory=StopSettings)
    scoring: ScoringSettings = field(default_factory=ScoringSettings)
    bookkeeping: BookkeepingSettings = field(default_factory=BookkeepingSettings)

    @classmethod
    def of(cls, **values: Any) -> "EvolveConfig":
        """Return the settings with these values, each given by its name: `EvolveConfig.of(data="photos", minutes=5)`.

        Raises:
            ConfigError: there is no setting of that name, or a value is refused.
        """
        return changed(cls(), **values)

    @classmethod
    def to_resume(cls, path: Path, given: Collection[str] | None = ()) -> "EvolveConfig":
        """Return the settings of the run at `path` without its stops: it goes on to new ones, if any are given.

        Args:
            path: its directory.
            given: as for `ganatomy.config.jsonable.read_config`.

        Raises:
            ConfigError: its config.json cannot be read as settings, or names code to import.
            IncompatibleRun: it is a comparison, or nobody evolved it.
        """
        if (path / COMPARISON).exists():
            raise IncompatibleRun(f"{path} is a comparison; go on with it by `ganatomy compare --resume {path}`")
        if not (path / "config.json").exists():
            raise IncompatibleRun(f"{path} was not grown, so it cannot go on; give a run of `ganatomy evolve`")
        return changed(read_config(cls, path / "config.json", given), generations=None, kimg=None, minutes=None)

    @classmethod
    def from_schema_1(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return in the form of schema 2 the settings of a file of schema 1.

        Raises:
            ConfigError: there is no setting of some name.
        """
        require_known(cls, data)
        return nested(cls, data)

    def __post_init__(self) -> None:
        require_parts(self)
        require_bounds(self)
        require_networks(self.data, self.networks, self.scoring)
        require_growing(self.data, self.networks, self.growing)
        require_children(self.objectives, self.selection, self.optimiser)
        require_evaluation(self.selection, self.optimiser)
        require_counted_scores(self.stop, self.scoring)

    @property
    def grows(self) -> bool:
        """Whether its networks grow in the training."""
        has_schedule = self.networks.generator == "progan" and not self.data.is_points
        return has_schedule and self.growing.start_size < self.data.image_size

    @property
    def images_per_evaluation(self) -> int:
        """E: images on which a child is evaluated."""
        return self.selection.evaluation_size or self.optimiser.batch_size * self.optimiser.discriminator_steps


MAY_CHANGE = frozenset(
    name for part in (StopSettings, ScoringSettings, BookkeepingSettings) for name in settings_of(part)
)
"""Settings that may change when a run is resumed: stops, scores and bookkeeping."""
