"""`ganatomy compare`: E-GAN and its controls, each under the same seeds, and whether evolution helped."""

from pathlib import Path
from typing import Any

from ganatomy.compare.plan import Plan
from ganatomy.compare.results import MetricResult, Results
from ganatomy.compare.session import ComparedArms, compare_arms
from ganatomy.compare.table import ANSWERS
from ganatomy.config.compare import CompareConfig
from ganatomy.draw.standalone import rasteriser, standalone
from ganatomy.errors import MissingExtra
from ganatomy.progress import Progress
from ganatomy.report.compared.growth import draw_comparison
from ganatomy.report.compared.samples import draw_samples
from ganatomy.runs.files import replacing
from ganatomy.runs.layout import COMPARISON, COMPARISON_FIGURE, COMPARISON_PICTURE, COMPARISON_SAMPLES, COMPARISON_TABLE

FILES = COMPARISON, COMPARISON_FIGURE, COMPARISON_PICTURE, COMPARISON_TABLE, COMPARISON_SAMPLES


def compare(config: CompareConfig, progress: Progress) -> dict[str, Any]:
    """Grow every arm under every seed, draw the comparison, and return the verdicts and the files written.

    Raises:
        KeyboardInterrupt: Ctrl-C came; every run is saved and the comparison can be resumed.
        GanatomyError: as for `ganatomy.compare.session.compare_arms`.
    """
    compared = compare_arms(config, progress)
    _draw(compared, progress)
    return _summary(compared.plan, compared.results)


def _draw(compared: ComparedArms, progress: Progress) -> None:
    """Write the figure, as SVG and as PNG, and the samples of all arms beside the comparison's table."""
    path, figure = compared.plan.path, standalone(draw_comparison(compared.plan, compared.results))
    with replacing(path / COMPARISON_FIGURE) as partial:
        partial.write_text(figure, encoding="utf-8")
    _write_picture(path / COMPARISON_PICTURE, figure, progress)
    samples = draw_samples(compared.plan)
    if samples is not None:
        with replacing(path / COMPARISON_SAMPLES) as partial:
            samples.save(partial, format="PNG", optimize=True)


def _write_picture(path: Path, figure: str, progress: Progress) -> None:
    try:
        content = rasteriser()(figure)
    except MissingExtra as error:
        progress.line(f"{path.name} is left out: {error}")
        return
    with replacing(path) as partial:
        partial.write_bytes(content)


def _summary(plan: Plan, results: Results) -> dict[str, Any]:
    return {
        "comparison": str(plan.path),
        "verdict": [row for metric in results.metrics for row in _verdict(metric)],
        "scores": [
            {
                "arm": arm.name,
                "generations": arm.generations,
                **{metric.name: metric.arms[index].mean.mean for metric in results.metrics},
            }
            for index, arm in enumerate(plan.arms)
        ],
        **({"diverged": list(results.failures)} if results.failures else {}),
        "files": [str(plan.path / name) for name in FILES if (plan.path / name).exists()],
    }


def _verdict(metric: MetricResult) -> list[dict[str, Any]]:
    """Return a row for each control: what the verdict is, and how much better than the control E-GAN is."""
    if metric.verdict is None:
        return [{"metric": metric.name, "verdict": "none"}]
    answer = ANSWERS[metric.verdict.answer]
    return [
        {
            "metric": metric.name,
            "verdict": answer,
            "over": one.control,
            "advantage": one.estimate.mean,
            "low": one.estimate.low,
            "high": one.estimate.high,
            "better_under": one.estimate.num_above,
            "seeds": one.estimate.num_seeds,
        }
        for one in metric.verdict.advantages
    ]
