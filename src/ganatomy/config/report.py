"""Settings of `ganatomy report`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional

from ganatomy.config.bounds import AtLeast, Count, require_bounds


@dataclass(frozen=True)
class ReportConfig:
    """Write a run as one offline HTML file: samples, scores, evolution, concepts, units, ablations."""

    run: Positional[Path]
    """The run directory."""
    output: Path | None = None
    """The HTML file to write; none given writes report.html in the run."""
    units_per_layer: Count = 48
    """Cards of at most this many units per layer, the best by IoU."""
    snapshots: Annotated[int, AtLeast(2, "for the first and the last")] = 24
    """At most this many sample grids, closer together early on."""
    figures: Path | None = None
    """A directory to write every figure to as well, as SVG and PNG; none given writes none."""
    tensorboard: Path | None = None
    """A directory to write event files for TensorBoard to as well; none given writes none."""

    def __post_init__(self) -> None:
        require_bounds(self)
