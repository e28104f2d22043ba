"""Settings of `ganatomy report`."""

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional

from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class ReportConfig:
    """Write a run as one offline HTML file: samples, scores, evolution, concepts, units, ablations."""

    run: Positional[Path]
    """The run directory."""
    output: Path | None = None
    """The HTML file to write; none given writes report.html in the run."""
    units_per_layer: int = 48
    """Cards of at most this many units per layer, the best by IoU."""
    snapshots: int = 24
    """At most this many sample grids, closer together early on."""
    figures: Path | None = None
    """A directory to write every figure to as well, as SVG and PNG; none given writes none."""
    tensorboard: Path | None = None
    """A directory to write event files for TensorBoard to as well; none given writes none."""

    def __post_init__(self) -> None:
        if self.units_per_layer < 1:
            raise ConfigError(f"units_per_layer is {self.units_per_layer}; give 1 or more")
        if self.snapshots < 2:
            raise ConfigError(f"snapshots is {self.snapshots}; give 2 or more, for the first and the last")
