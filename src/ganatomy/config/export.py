"""Settings of `ganatomy export`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tyro.conf import FlagCreatePairsOff, Positional

from ganatomy.config.bounds import require_bounds
from ganatomy.errors import ConfigError

Format = Literal["safetensors", "onnx", "module", "web"]
"""A run directory of the generator alone; graphs of ONNX; a Python file and its weights, which need torch alone; the
paint app as one file of HTML."""

Precision = Literal["fp32", "fp16"]


@dataclass(frozen=True)
class ExportConfig:
    """Write a run's generator for use elsewhere: checked against the original, with a model card.

    Latents go in and images come out as float32 in every format and precision: (n, 3, s, s), RGB, in [-1, 1].
    """

    run: Positional[Path]
    """The run directory; it stays as it is but for the folder that is written."""
    format: Format = "safetensors"
    """`safetensors`: a run directory of the generator alone, which all commands and `ganatomy.load` open; `onnx`:
    graphs for other runtimes; `module`: one Python file and its weights, which need torch alone; `web`: the paint app
    as one file of HTML, which runs in a browser without a server or a network."""
    out: Path | None = None
    """Folder to write; none given writes export/FORMAT in the run."""
    overwrite: FlagCreatePairsOff[bool] = False
    """Replace the folder if it holds an earlier export; any other folder that is not empty is refused."""
    weights: str = "ema"
    """The average over the survivors `ema`, the last survivor `latest`, the average that scored `best` in training, one
    kept on the way, such as `generation-500`, or those `repaired` by `ganatomy repair`."""
    precision: Precision = "fp32"
    """`fp16` keeps weights in half precision, in half the file; all formats compute in float32. `web` keeps them in as
    few bits as its images allow."""
    edit: str | None = None
    """An edit to make part of the generator: the name or number of a folder in edits/ of the run, as `ganatomy edit`
    wrote it. It is written into the weights where that is exact, else into the graph or the Python file."""
    split_at: str | None = None
    """Of `onnx`: a layer to divide the generator at, into lower.onnx, latents to featuremaps r, and upper.onnx, which
    makes the images of (1 - alpha) r + alpha k. Of `web`: the layer to paint in; none given takes the dissected one
    whose units show most concepts."""

    def __post_init__(self) -> None:
        require_bounds(self)
        if self.split_at is not None and self.format not in ("onnx", "web"):
            raise ConfigError(
                f"split_at is {self.split_at!r}, but only ONNX is written in two parts; give --format onnx or web, or "
                "leave it out"
            )
        if self.format == "web" and self.edit is not None:
            raise ConfigError(
                f"edit is {self.edit!r}, but a page is of the generator as it is, and makes edits itself; leave it out"
            )
        if self.format == "web" and self.precision != "fp32":
            raise ConfigError(
                f"precision is {self.precision}, but a page keeps weights in as few bits as its images allow; leave it "
                "out"
            )
