"""The section of what was not found out yet: the commands that add it to the page."""

from collections.abc import Collection
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


_STEPS = (
    ("scores", "How near samples come to real ones", "ganatomy score {run}{data}"),
    (
        "areas",
        "What is drawn too little and too much, against real images",
        "ganatomy dissect {run} --layers layer2 layer3{segmenter} --real-images 2000",
    ),
    ("layers", "Which units agree with which concepts", "ganatomy dissect {run} --layers layer2 layer3{segmenter}"),
    ("edits", "What vanishes without a concept's units", "ganatomy edit {run} --layer layer3 --ablate tree"),
    ("causes", "Which units cause a concept", "ganatomy ace {run} --layer layer3 --concepts tree"),
    ("context", "Where a concept can be put", "ganatomy context {run} --layer layer3 --concepts tree"),
    ("repairs", "Whether units paint faults, and how it looks without them", "ganatomy repair {run}{data}"),
    ("inversions", "How close the generator comes to a photo of yours", "ganatomy invert {run} photo.jpg"),
)
"""The sections that a command adds, what they tell, and the command."""

OF_CONCEPTS = frozenset(section for section, *_ in _STEPS if section != "scores")
"""Those that need images."""


def more_view(run: str, there: Collection[str], data: str = "", segmenter: str = "") -> MoreView | None:
    """Return what can be added to a page, or None where all is there.

    Args:
        run: the run's path as a shell reads it.
        there: the sections that the page has, or that nothing could fill.
        data: what commands are to be told of the real images, where the run does not know them.
        segmenter: what they are to be told of the segmenter, where none goes with the run.
    """
    missing = tuple(
        Step(what, command.format(run=run, data=data, segmenter=segmenter))
        for section, what, command in _STEPS
        if section not in there
    )
    return MoreView(missing) if missing else None
