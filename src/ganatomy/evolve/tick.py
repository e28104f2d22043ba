"""What is gathered of the generations between two lines of metrics.jsonl."""

import math
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ganatomy.evolve.generation import Generation
from ganatomy.evolve.growing import Stage
from ganatomy.evolve.population import Traits
from ganatomy.runs.directory import Run


@dataclass
class Tick:
    """Figures and children since the last line."""

    lineage: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, float]] = field(default_factory=list)
    last_seconds: float | None = None

    def add(self, number: int, generation: Generation, of_discriminator: dict[str, Tensor]) -> dict[str, float]:
        """Count one generation and return its figures."""
        self.lineage += [
            {
                "generation": number,
                "child": index,
                "parent": child.parent,
                "objective": child.objective,
                "quality": child.quality,
                "diversity": child.diversity if generation.has_diversity else math.nan,
                "fitness": child.fitness if generation.competed else math.nan,
                "survived": index in generation.survivors,
                **({"traits": vars(traits)} if (traits := child.individual.traits) != Traits() else {}),
            }
            for index, child in enumerate(generation.children)
        ]
        best = generation.surviving[0]
        measured = {**of_discriminator, "sample_distance": generation.sample_distance}
        values = torch.stack([value.float() for value in measured.values()]).tolist()  # waits for a device once
        figures = dict(zip(measured, values, strict=True))
        figures |= {"quality": best.quality}
        figures |= {"diversity": best.diversity if generation.has_diversity else math.nan}
        figures |= {"fitness": best.fitness if generation.competed else math.nan}
        self.figures.append(figures)
        return figures

    def log(self, run: Run, generation: int, kimg: float, seconds: float, stage: Stage | None = None) -> None:
        """Write what was gathered to metrics.jsonl, as means over generations, and to lineage.jsonl.

        Args:
            run: whose logs they are.
            generation: where the training stands.
            kimg: likewise.
            seconds: likewise.
            stage: of networks that grow.
        """
        if not self.figures:
            return
        means = {key: _mean([f.get(key, math.nan) for f in self.figures]) for key in self.figures[0]}
        winners = [child["objective"] for child in self.lineage if child["survived"]]
        line: dict[str, Any] = {
            "generation": generation,
            "kimg": round(kimg, 3),
            "seconds": round(seconds, 2),
            **{key: float(f"{value:.6g}") for key, value in means.items()},
            "survivors": {name: winners.count(name) for name in sorted(set(winners))},
        }
        if stage is not None:
            line |= {"image_size": stage.image_size, "fade": round(stage.fade, 4)}
        if self.last_seconds is not None:
            line["seconds_per_generation"] = round((seconds - self.last_seconds) / len(self.figures), 4)
        run.append_metrics(line)
        run.append_lineage(self.lineage)
        self.lineage, self.figures, self.last_seconds = [], [], seconds

    def note(self, generation: int, kimg: float) -> str:
        """Return the generation, kimg and the last figures in a few words."""
        text = f"generation {generation}, {kimg:.1f} kimg"
        if self.figures:
            last = self.figures[-1]
            text += f", quality {last['quality']:.2f}, D {last['d_real']:.2f}/{last['d_generated']:.2f}"
        return text


def _mean(values: list[float]) -> float:
    """Return the mean of what was measured; not a number where nothing was."""
    measured = [value for value in values if not math.isnan(value)]
    return sum(measured) / len(measured) if measured else math.nan
