"""Compiles what numba compiles and keeps on disk: `python -m tests.compiled`.

The test processes of `pytest -n 2` read it; none has to compile it on the clock of a test, or beside the other one,
where numba may mix up what two processes write.
"""

import torch

from ganatomy.data.scenes import render
from ganatomy.dissect.counting.levels import PilotValues
from ganatomy.dissect.counting.masks import MaskSource
from ganatomy.dissect.counting.tally import Tally
from ganatomy.segment.networks.quadrants import quadrants


def main() -> None:
    """Call each of it once."""
    render(0, 1, 32)
    quadrants(torch.zeros(1, 2, 2, dtype=torch.long))
    featuremaps, grid = torch.arange(16.0).reshape(2, 2, 2, 2), (4, 4)
    pilot = PilotValues(2, grid, torch.Generator().manual_seed(0))
    pilot.add(featuremaps)
    source = MaskSource(("object",) * 2, grid, 0, "compiled")
    tally = Tally(pilot.edges(), grid, source.num_groups, top=1)
    tally.add(featuremaps, source.label(torch.zeros(2, 1, 4, 4, dtype=torch.long), torch.arange(2)), torch.arange(2))


if __name__ == "__main__":
    main()
