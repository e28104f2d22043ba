"""A comparison as a whole: E-GAN and its controls, each under the same seeds, and whether evolution helped."""

from dataclasses import dataclass
from pathlib import Path

import torch

from ganatomy.compare.costs import Cost, generation_costs
from ganatomy.compare.jobs import grow_all
from ganatomy.compare.plan import Plan, open_comparison, plan_arms, require_snapshots, threads
from ganatomy.compare.results import Results, as_json, summarise
from ganatomy.compare.table import write_page
from ganatomy.config.changes import changes
from ganatomy.config.compare import CompareConfig
from ganatomy.config.jsonable import to_json
from ganatomy.config.parts import changed
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.data.sources import open_data
from ganatomy.errors import IncompatibleRun
from ganatomy.evolve.scores import require_real_samples, require_scores
from ganatomy.evolve.state import ancestor
from ganatomy.progress import Progress
from ganatomy.runs.directory import create_run, open_run
from ganatomy.runs.files import replacing, write_json
from ganatomy.runs.layout import COMPARISON, COMPARISON_TABLE, CONFIG, MANIFEST
from ganatomy.runs.manifest import Manifest, open_manifest
from ganatomy.runs.training_data import place_to_resume


@dataclass(frozen=True)
class ComparedArms:
    """A comparison that is done: its runs, and what they say."""

    plan: Plan
    results: Results


def compare_arms(config: CompareConfig, progress: Progress) -> ComparedArms:
    """Grow every arm under every seed, as far as that is not done, and write and return what they say.

    Args:
        config: all settings; `config.base.bookkeeping.resume` names the comparison to go on with.
        progress: told of every run.

    Raises:
        KeyboardInterrupt: Ctrl-C came; every run is saved and the comparison can be resumed.
        GanatomyError: a setting, the data or the comparison to resume is not what was asked for.
    """
    plan = _new(config, progress) if config.base.bookkeeping.resume is None else _opened(config, progress)
    try:
        grow_all(plan, progress)
    except KeyboardInterrupt:
        progress.line(f"every run is saved; go on with `ganatomy compare --resume {plan.path}`")
        raise
    results = summarise(plan)
    write_json(plan.path / COMPARISON, as_json(plan, results))
    with replacing(plan.path / COMPARISON_TABLE) as partial:
        partial.write_text(write_page(plan, results), encoding="utf-8")
    return ComparedArms(plan, results)


def _new(config: CompareConfig, progress: Progress) -> Plan:
    for text in require_scores(config.base):  # refused now rather than after hours of training
        progress.line(f"warning: {text}")
    for arm in config.parsed_arms:
        ancestor(arm.settings)
    arms = plan_arms(config, _costs(config, progress))
    created = create_run(config.base.bookkeeping.out, config.base.bookkeeping.name, to_json(config))
    plan = Plan(created.path, config, arms)
    write_json(plan.path / COMPARISON, as_json(plan, None))
    progress.line(f"comparison {plan.path}: {len(arms)} arms x {config.num_seeds} seeds")
    return plan


def _costs(config: CompareConfig, progress: Progress) -> list[Cost]:
    data = open_data(config.base.data, config.base.seed, progress)
    require_real_samples(config.base, data)
    torch.set_num_threads(threads(config))
    return generation_costs([arm.settings for arm in config.parsed_arms], data, progress=progress)


def _opened(asked: CompareConfig, progress: Progress) -> Plan:
    """Return the plan of the comparison to resume; nothing is written before its data could be read.

    Raises:
        IncompatibleRun: there is none, or `asked` sets something to another value than it has.
        DataError: there are runs to grow, and no data to read.
    """
    path = open_run(asked.base.bookkeeping.resume or Path(), is_comparison=True).path
    begun = open_comparison(path)
    config, known = _resumed(asked, begun.config), _manifest_of_a_run(path)
    if config.base.data.has_files:
        config = changed(config, data=place_to_resume(config.base.data.data, known))
    costs, every = [arm.cost for arm in begun.arms], [arm.score_every for arm in begun.arms]
    plan = Plan(path, config, plan_arms(config, costs, every))
    require_snapshots(plan)
    if config.base.data.data != begun.config.base.data.data or not all(planned.is_finished for planned in plan.runs):
        _require_same_images(open_data(config.base.data, config.base.seed, progress), config, known)
    write_json(path / CONFIG, to_json(config))
    return plan


def _manifest_of_a_run(path: Path) -> Manifest | None:
    """Return the manifest of one of the runs of a comparison; None where none has been begun."""
    manifests = sorted(path.glob(f"*/*/{MANIFEST}"))
    return open_manifest(open_run(manifests[0].parent)) if manifests else None


def _require_same_images(images: ImageSet | Mixture, config: CompareConfig, known: Manifest | None) -> None:
    """Return if the images are those that the runs of a comparison were begun on.

    Raises:
        IncompatibleRun: they are others.
    """
    data = None if known is None else known.data
    if data is None or data.digest is None or not config.base.data.has_files or not isinstance(images, ImageSet):
        return
    if data.digest_size is None and images.digest != data.digest:
        raise IncompatibleRun(
            f"{config.base.data.data} holds images of digest {images.digest}, and the comparison was begun on others, "
            f"of digest {data.digest}; give the place of the same images with --data, or start a new comparison"
        )


def _resumed(asked: CompareConfig, before: CompareConfig) -> CompareConfig:
    """Return the settings of a comparison that goes on: `asked`, if that differs in nothing but what may change.

    A folder or zip may lie elsewhere by now; snapshots and scores know whether its images are the same.

    Raises:
        IncompatibleRun: it does.
    """
    may_change = {"jobs", "keep_state", "threads", "out", "name", "resume"}
    may_change |= {"seeds"} if asked.num_seeds > before.num_seeds else set()
    may_change |= {"budget"} if asked.budget > before.budget else set()
    may_change |= {"data"} if before.base.data.has_files and asked.base.data.has_files else set()
    if differing := changes(before, asked, may_change):
        raise IncompatibleRun(
            f"{asked.base.bookkeeping.resume} cannot go on under other settings: {'; '.join(differing)}; leave "
            "them out, or start a new comparison; only jobs, threads, more seeds, a larger budget and another place of "
            "the same images may be asked for"
        )
    was = before.base.bookkeeping
    return changed(asked, resume=None, out=was.out, name=was.name)
