"""Key figures at the head of the page: where a generator came from, what it was trained on, and for how long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ganatomy.draw.text import duration, plain, words
from ganatomy.report.recorded import Recorded
from ganatomy.report.settings import RunSettings


@dataclass(frozen=True)
class Fact:
    """A key figure: a value, what it is, and a remark."""

    name: str
    value: str
    note: str = ""


def what_grew(settings: RunSettings) -> tuple[Fact, ...]:
    """Return the settings in the page's header, those that the run knows."""
    facts = []
    if settings.origin.kind != "grown":
        facts.append(Fact("generator", settings.origin.kind, plain(settings.origin.details)))
    if settings.data is not None:
        facts.append(Fact("data", plain(settings.data), plain(settings.classes or "")))
    if settings.image_size is not None and not settings.is_points:
        facts.append(Fact("image size", f"{settings.image_size} px"))
    if settings.objectives:
        number, names = len(settings.objectives), ", ".join(words(name) for name in settings.objectives)
        facts.append(Fact("objectives", str(number), names) if number > 1 else Fact("objective", names))
    return tuple(facts)


def of_one_class(recorded: Recorded) -> tuple[Fact, ...]:
    """Return in the page's header the classes of which all samples of some records are, and of which records."""
    kinds: dict[str, Sequence[Any]] = {
        "units": list(recorded.tables.values()),
        "areas": [recorded.areas] if recorded.areas else [],
        "second opinion": [recorded.agreement] if recorded.agreement else [],
        "edits": list(recorded.effects.values()),
        "causes": list(recorded.causes.values()),
        "context": list(recorded.contexts.values()),
        "repairs": list(recorded.repairs.values()),
    }
    found: dict[str, list[str]] = {}
    for kind, records in kinds.items():
        for name in dict.fromkeys(record.of_class for record in records if record.of_class is not None):
            of = sum(record.of_class == name for record in records)
            said = kind if of == len(records) else f"{of} of {len(records)} {kind}"
            found.setdefault(name, []).append(said)
    return tuple(Fact("class", plain(name), ", ".join(said)) for name, said in found.items())


def how_long(metrics: Sequence[Mapping[str, Any]], samples: str = "images") -> tuple[Fact, ...]:
    """Return the amount of training in the page's header; nothing before the first tick.

    Args:
        metrics: lines of metrics.jsonl.
        samples: what was seen, in the plural.
    """
    if not metrics:
        return ()
    last = metrics[-1]
    return (
        Fact("generations", f"{last['generation']:,}"),
        Fact(f"real {samples} seen", f"{1000 * last['kimg']:,.0f}"),
        Fact("training time", duration(last["seconds"])),
    )
