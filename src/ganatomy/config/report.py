"""Settings of `ganatomy report`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional

from ganatomy.config.bounds import AtLeast, Count, require_bounds
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class ReportConfig:
    """Write a run or a comparison as one offline HTML file, findings first; or two runs side by side."""

    runs: Positional[tuple[Path, ...]]
    """A run directory, or that of a comparison of arms or of dissections; or two run directories."""
    output: Path | None = None
    """The HTML file to write; none given writes report.html in the folder, of two runs one beside the first."""
    units_per_layer: Count = 48
    """Cards of at most this many units per layer, the best by IoU."""
    snapshots: Annotated[int, AtLeast(2, "for the first and the last")] = 24
    """At most this many sample grids, closer together early on."""
    figures: Path | None = None
    """A directory to write every figure to as well, as SVG, PNG and PDF; none given writes none."""
    tensorboard: Path | None = None
    """A directory to write event files for TensorBoard to as well; none given writes none."""

    live: bool = False
    """While a run trains, write its report again every 20 seconds; the page loads itself again as often."""

    def __post_init__(self) -> None:
        require_bounds(self)
        if not 1 <= len(self.runs) <= 2:
            given = ", ".join(map(str, self.runs)) or "none"
            raise ConfigError(f"runs are {given}; give one run or comparison, or two runs to be set side by side")
        if self.live and len(self.runs) > 1:
            raise ConfigError("--live is of one run that trains; leave --live out, or give that run alone")
        for name in ("figures", "tensorboard"):
            is_one = len(self.runs) == 1 and not (self.live and name == "figures")
            if not is_one and getattr(self, name) is not None:
                raise ConfigError(f"--{name} is of one page; leave --{name} out, or report one run after the other")
