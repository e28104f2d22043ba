"""How long and on what an alpha is optimised: the released schedule, and a shorter one.

Source: the released code of GAN Dissection (Bau et al., arXiv 1811.10597), `aceoptimize.py`.
"""

from dataclasses import dataclass
from typing import Literal

from ganatomy.intervene.values import LEAST_SHARE

ScheduleName = Literal["quick", "published"]

OFFICIAL_PASSES = {"present": 10_000, "candidates": 6 * 10_000, "optimisation": 500 * 40, "evaluation": 13_000}
"""Images that the released code generates and segments for one concept; 10,000 more are generated for the mean k."""


@dataclass(frozen=True)
class Schedule:
    """Samples, steps and rates of an optimisation."""

    pool: int
    """Samples that are generated and segmented once, for all concepts."""
    train_pairs: int
    """At most so many pairs of a cell to ablate and one to insert at."""
    held_out_pairs: int
    """And so many that are not trained on."""
    proposals: int
    """At most so many cells are tried for insertion."""
    steps: int
    """At most so many updates of alpha."""
    step_pairs: int
    """Pairs of each update."""
    learning_rate: float
    """Of Adam, at the first update."""
    last_rate: float
    """At the last one; in between it falls in a straight line."""
    l2: float = 0.005
    """Weight of the squared norm of alpha, for each pair."""
    check_every: int = 0
    """Updates between two looks at the held-out pairs, after which it may stop early; 0 for none."""
    patience: int = 2
    """Looks without a gain after which it stops."""
    least_share: float = LEAST_SHARE
    """Part of a cell that has to show the concept for the cell to count in the mean k."""


PUBLISHED = Schedule(
    pool=10_000,
    train_pairs=1_000,
    held_out_pairs=200,
    proposals=1_900,
    steps=500,
    step_pairs=20,
    learning_rate=0.01,
    last_rate=0.01,
    least_share=0.0,
)
"""That of the released code, but for the pool, of which it draws two, and for proposals, of which it makes 50,000."""

QUICK = Schedule(
    pool=2_000,
    train_pairs=480,
    held_out_pairs=64,
    proposals=1_000,
    steps=120,
    step_pairs=24,
    learning_rate=0.05,
    last_rate=0.005,
    check_every=20,
)

SCHEDULES: dict[ScheduleName, Schedule] = {"quick": QUICK, "published": PUBLISHED}
