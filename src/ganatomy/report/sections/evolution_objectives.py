"""Figures of the run's objectives against D(G(z)), as E-GAN's Fig. 2 (arXiv 1803.00657)."""

from collections.abc import Sequence

import numpy as np

from ganatomy.draw.axes import Axis
from ganatomy.draw.canvas import Figure
from ganatomy.draw.charts import Series, line_figure
from ganatomy.draw.palette import objective_colours
from ganatomy.draw.scales import Floats
from ganatomy.draw.text import words
from ganatomy.evolve.shapes import Shape, objective_shapes

POINTS = 199
PROBABILITY = Axis("D(G(z))")
LOSS_RANGE, PULL_RANGE = (-4.0, 4.0), (-0.5, 3.0)
"""Some losses have no bound; lines end where they leave these."""


def objective_figures(names: Sequence[str]) -> list[Figure]:
    """Return each objective's loss and its pull on an image; nothing where none is known.

    Args:
        names: of the run's objectives.
    """
    probabilities = np.linspace(0, 1, POINTS + 2)[1:-1]
    shapes = objective_shapes(names, probabilities)
    if not shapes:
        return []
    against = ""
    if relative := [words(shape.name) for shape in shapes if shape.uses_real]:
        against = f" {' and '.join(relative).capitalize()} against a real sample of logit 0."
    if "relativistic_paired" in names:
        against = against.replace("logit 0.", "logit 0, where the paired one is heuristic.")
    loss = (
        "What each objective minimises, for one sample, over the probability of being real that the discriminator "
        f"gives it (E-GAN, Fig. 2).{against}"
    )
    pull = (
        "Minus the loss's derivative by the discriminator's logit: how hard a sample is pulled towards real. Near "
        f"D(G(z)) = 0, where a strong discriminator puts samples, it tells whether any pull is left.{against}"
    )
    return [
        _figure("objective-loss", "Objectives: loss", loss, shapes, probabilities, "loss"),
        _figure("objective-pull", "Objectives: pull", pull, shapes, probabilities, "\N{MINUS SIGN}dL/dlogit"),
    ]


def _figure(key: str, title: str, caption: str, shapes: Sequence[Shape], x: Floats, unit: str) -> Figure:
    is_loss = unit == "loss"
    low, high = LOSS_RANGE if is_loss else PULL_RANGE
    values = {shape.name: shape.loss if is_loss else shape.pull for shape in shapes}
    colours = objective_colours([shape.name for shape in shapes])
    lines = [
        Series(
            words(name),
            x,
            np.where((y >= low) & (y <= high), y, np.nan),
            colours[name],
            dashed=index % 2 == 1,
        )
        for index, (name, y) in enumerate(values.items())
    ]
    shown = np.concatenate([line.y for line in lines])
    bounds = (float(np.nanmin(shown)) - 0.05, float(np.nanmax(shown)) + 0.05)
    return line_figure(key, title, caption, lines, unit=unit, baseline=0.0, axis=PROBABILITY, y_range=bounds)
