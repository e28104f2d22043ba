"""Settings of `ganatomy compare`: arms, seeds, and what is held equal between them."""

import json
import math
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from ganatomy.config.bounds import Count, require_bounds
from ganatomy.config.evolve import COMPARISON, MAY_CHANGE, EvolveConfig, ObjectiveName
from ganatomy.config.jsonable import flat_json, from_json, read_config, to_json
from ganatomy.config.parts import flat
from ganatomy.errors import ConfigError, IncompatibleRun

Kind = Literal["egan", "random", "quality", "objective"]
Equal = Literal["steps", "compute", "seconds"]

SEEDS = 3
"""Runs of each arm unless told otherwise."""
SELDOM = "egan:evolve_every=4"
"""An arm that tells, at equal seconds, what is gained and lost where objectives compete now and then only."""
DECIDED = ("generations", "kimg", "minutes", "score_every_generations", "stop_after_no_gain")
"""What a comparison decides for its runs."""
SHARED = MAY_CHANGE | {
    *("preset", "seed", "data", "classes", "split", "strict", "num_scenes", "image_size"),
}
"""What all arms have in common: an arm of other data or scores could not be compared."""


@dataclass(frozen=True)
class Arm:
    """One way of training."""

    name: str
    """As it was asked for."""
    kind: Kind
    """What it is made of."""
    settings: EvolveConfig
    """All of them, but for what a comparison decides: seed, generations, scores."""

    @property
    def directory(self) -> str:
        """The name of the folder that holds its runs."""
        return re.sub(r"[^A-Za-z0-9._+=-]+", "-", self.name)


def parse_arm(name: str, base: EvolveConfig) -> Arm:
    """Return the arm of that name.

    Args:
        name: `egan`, `random`, `quality` or an objective, then maybe settings: `egan:gamma=0.1,population=2`. Values
            are as in JSON, text without quotes; objectives are joined by `+`.
        base: the settings that it starts from.

    Raises:
        ConfigError: there is no such arm or setting, the settings refuse the value, or the arm would be no control.
    """
    head, _, changes = name.partition(":")
    kind = _kind(head)
    decided = _settings_of(kind, head, base)
    data = {**flat_json(to_json(base)), **decided, "schema": 1}
    for change in filter(None, changes.split(",")):
        setting, is_given, text = change.partition("=")
        if not is_given:
            raise ConfigError(f"arm {name!r}: {change!r} has no value; give such as egan:gamma=0.5,population=2")
        if setting in SHARED:
            option = f"--{setting.replace('_', '-')}"
            raise ConfigError(f"arm {name!r} sets {setting}, which is the same for all arms; see {option}")
        if setting in decided:
            raise ConfigError(f"arm {name!r} sets {setting}, which makes {head} what it is; use egan:{changes} instead")
        data[setting] = text.split("+") if setting == "objectives" else _value(text)
    return Arm(name, kind, from_json(EvolveConfig, data, f"arm {name!r}"))


def _kind(head: str) -> Kind:
    names = ("egan", "random", "quality", *get_args(ObjectiveName))
    if head not in names:
        near = get_close_matches(head, names, n=1)
        raise ConfigError(
            f"no arm {head!r}; " + (f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(names)}")
        )
    return "objective" if head in get_args(ObjectiveName) else head  # type: ignore[return-value]


def _settings_of(kind: Kind, head: str, base: EvolveConfig) -> dict[str, Any]:
    """Return what makes an arm of that kind of the base."""
    if kind == "egan":
        return {}
    if kind == "random":
        return {"selection": "random", "crossover": False, "evolve_every": 1}
    by_fitness = {"selection": "comma"} if base.selection.selection == "pareto" else {}
    if kind == "quality":
        return {"gamma": 0.0, "diversity": "none", **by_fitness}
    plain = {"objectives": [head], "population": 1, "selection": "comma", "crossover": False, "evolve_every": 1}
    return {**plain, "perturb": 0.0, "evaluation_size": None}


def _value(text: str) -> Any:
    for read in (json.loads, float):  # .5 is a number to the command line, but not to JSON
        with suppress(ValueError):
            return read(text)
    return text


@dataclass(frozen=True)
class CompareConfig:
    """Compare E-GAN with its controls: every arm trained under every seed, with paired differences and a verdict.

    The settings of `ganatomy evolve` are those that all arms start from, but for its stops and when it scores, which
    --budget and --scores decide. With --resume only --jobs, --threads, --keep-state, more --seeds, a larger --budget
    and --data that have moved may be given.
    """

    SCHEMA: ClassVar = 2
    """Of its files: the settings of `base` stand in parts."""
    FIRST: ClassVar = (
        *("arms", "seeds", "equal", "budget", "scores", "jobs", "keep_state"),
        *("data", "name", "image_size", "preset", "resume", "device", "seed"),
    )
    """What most people need: help shows it first."""

    arms: tuple[str, ...] = ()
    """`egan`, `random` (mutations by chance), `quality` (gamma 0) or an objective, each maybe with settings, as in
    `egan:gamma=0.1,population=2`; none given takes egan, random, quality and each objective, with equal seconds also
    `egan:evolve_every=4`."""
    seeds: Count | None = None
    """Runs of each arm, 3 if none given; the first has the seed given by --seed, and each further one the next."""
    equal: Equal = "steps"
    """What all runs have the same of: generations (`steps`), multiply-accumulates (`compute`) or `seconds`."""
    budget: float = 1000.0
    """How much of it: generations of the first arm or, with equal seconds, seconds of a run."""
    scores: Count = 10
    """How often each run is scored, evenly, the last time at its end."""
    jobs: Count = 1
    """Runs at a time, each in a process of its own, which share the cores; --threads says how many each takes."""
    keep_state: bool = False
    """Keep the snapshots of finished runs."""
    base: EvolveConfig = field(default_factory=lambda: EvolveConfig.of(name="compare"))
    """What all arms start from."""

    @classmethod
    def from_schema_1(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return in the form of schema 2 the settings of a file of schema 1.

        Raises:
            ConfigError: there is no setting of some name.
        """
        base = data.get("base")
        return {**data, "base": EvolveConfig.from_schema_1(base)} if isinstance(base, Mapping) else dict(data)

    @classmethod
    def to_resume(cls, path: Path, given: Collection[str] | None = ()) -> "CompareConfig":
        """Return the settings of the comparison at `path`.

        Args:
            path: its directory.
            given: as for `ganatomy.config.jsonable.read_config`.

        Raises:
            ConfigError: its config.json cannot be read as settings, or names code to import.
            IncompatibleRun: there is no comparison.
        """
        if not (path / COMPARISON).exists():
            raise IncompatibleRun(f"{path} has no {COMPARISON}; give a directory that `ganatomy compare` has made")
        return read_config(cls, path / "config.json", given)

    def __post_init__(self) -> None:
        require_bounds(self)
        least = 0 if self.equal == "seconds" else 1
        if not max(least, 1e-3) <= self.budget < math.inf:
            raise ConfigError(f"budget is {self.budget}; give {'seconds above 0' if not least else '1 or more'}")
        values = flat(self.base)
        for name in DECIDED:
            if values[name] is not None:
                raise ConfigError(f"{name} is {values[name]}, but --budget and --scores decide that here; leave it out")
        self._check_arms()

    def _check_arms(self) -> None:
        seen: dict[EvolveConfig, str] = {}
        for one in (parse_arm(name, self.base) for name in self.arm_names):
            if self.equal != "steps" and one.settings.grows:
                raise ConfigError(
                    f"arm {one.name!r} grows in its training, so that its generations do not all cost the same; give "
                    "--equal steps, or --start-size as large as the images"
                )
            selection, objectives = one.settings.selection, one.settings.objectives.objectives
            competes = selection.selection != "random" and (
                selection.population * len(objectives) > 1 or selection.selection == "plus"
            )
            if one.kind in ("egan", "quality") and not competes:
                raise ConfigError(
                    f"arm {one.name!r} has nothing to choose by fitness: selection is {selection.selection}, "
                    f"population {selection.population}, objectives {', '.join(objectives)}; give two "
                    "objectives or more, or other arms"
                )
            if one.kind == "random" and len(objectives) == 1:
                only = objectives[0]
                raise ConfigError(
                    f"arm {one.name!r} has nothing to choose by chance: its only objective is {only}; give two "
                    f"objectives or more, or arm {only!r}"
                )
            if one.settings in seen and self.arms:
                raise ConfigError(f"arms {seen[one.settings]!r} and {one.name!r} are the same; leave one out")
            seen[one.settings] = one.name

    @property
    def arm_names(self) -> tuple[str, ...]:
        """The arms by name, those that none given stands for as well."""
        seldom = (SELDOM,) if self.equal == "seconds" and self.base.selection.evolve_every == 1 else ()
        return self.arms or ("egan", *seldom, "random", "quality", *self.base.objectives.objectives)

    @property
    def parsed_arms(self) -> tuple[Arm, ...]:
        """The arms; of two that are the same where none were asked for, only the first."""
        by_settings: dict[EvolveConfig, Arm] = {}
        for one in (parse_arm(name, self.base) for name in self.arm_names):
            by_settings.setdefault(one.settings, one)
        return tuple(by_settings.values())

    @property
    def num_seeds(self) -> int:
        """How many runs each arm has."""
        return SEEDS if self.seeds is None else self.seeds

    @property
    def seed_list(self) -> tuple[int, ...]:
        """The seeds of the runs of each arm."""
        return tuple(range(self.base.seed, self.base.seed + self.num_seeds))

    @property
    def device(self) -> str:
        """Where to train."""
        return self.base.bookkeeping.device
