"""What a perfect generator of points scores: the mixture's own points, beside which scores of training are to be read.

Scored as `ganatomy compare` scores its runs, under several seeds of the points.

    python benchmarks/perfect_points.py [--score-images 2000] [--seeds 10]
"""

import argparse
import statistics

import torch
from torch import Tensor, nn

from ganatomy.config.score import MetricOptions
from ganatomy.data import mixtures
from ganatomy.metrics.scoring import point_scorer
from ganatomy.seeds import stream


class Perfect(nn.Module):
    """Points of the mixture, whatever the latents."""

    z_dim = 2

    def __init__(self, mixture: str, seed: int):
        super().__init__()
        self.mixture, self.rng = mixture, stream(seed, "perfect")

    def forward(self, z: Tensor) -> Tensor:
        """Return as many points as there are latents, (n, 2)."""
        return mixtures.sample(self.mixture, len(z), self.rng)


def scores(mixture: str, num_points: int, seeds: int) -> dict[str, list[float]]:
    """Return each metric's score under every seed."""
    scorer = point_scorer(mixture, num_points, MetricOptions(resamples=1))
    found: dict[str, list[float]] = {}
    for seed in range(seeds):
        for score in scorer.score(Perfect(mixture, seed), None, num_points, seed):
            found.setdefault(score.name, []).append(score.value)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--score-images", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=10)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for mixture in ("8gaussians", "25gaussians"):
        for name, values in scores(mixture, arguments.score_images, arguments.seeds).items():
            mean, sd = statistics.mean(values), statistics.stdev(values)
            print(f"{mixture:12s} {name:20s} {mean:.4f} +- {sd:.4f} (sd over {len(values)} seeds)")


if __name__ == "__main__":
    main()
