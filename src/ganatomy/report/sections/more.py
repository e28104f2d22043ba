"""The section of what was not found out yet: the commands that add it to the page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Something that the page lacks, and the command that finds it out."""

    what: str
    command: str


@dataclass(frozen=True)
class MoreView:
    """What the page lacks, in the order of its parts."""

    steps: tuple[Step, ...]


def more_view(
    run: str, data: str = "", *, scored: bool, compared: bool, dissected: bool, edited: bool
) -> MoreView | None:
    """Return what can be added to a page, or None where all is there.

    Args:
        run: the run's path as a shell reads it.
        data: what `ganatomy score` is to be told of the real images, where the run does not know them.
        scored: whether there are scores.
        compared: whether areas were compared with real images, or there is nothing to compare.
        dissected: the same of units.
        edited: the same of edits.
    """
    steps = (
        (scored, "How near samples come to real ones", f"ganatomy score {run}{data}"),
        (
            compared,
            "What is drawn too little and too much, against real images",
            f"ganatomy dissect {run} --layers layer2 layer3 --real-images 2000",
        ),
        (dissected, "Which units agree with which concepts", f"ganatomy dissect {run} --layers layer2 layer3"),
        (
            edited,
            "What vanishes without a concept's units",
            f"ganatomy edit {run} --layer layer3 --ablate tree --top 20",
        ),
    )
    missing = tuple(Step(what, command) for is_there, what, command in steps if not is_there)
    return MoreView(missing) if missing else None
