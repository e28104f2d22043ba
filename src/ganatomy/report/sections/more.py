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
        "ganatomy dissect {run}{segmenter} --real-images 2000",
    ),
    ("layers", "Which units agree with which concepts", "ganatomy dissect {run}{segmenter}"),
    ("edits", "What vanishes without a concept's units", "ganatomy edit {run} --layer {layer} --ablate {concept}"),
    ("causes", "Which units cause a concept", "ganatomy ace {run} --layer {layer} --concepts {concept}"),
    ("context", "Where a concept can be put", "ganatomy context {run} --layer {layer} --concepts {concept}"),
    ("repairs", "Whether units paint faults, and how it looks without them", "ganatomy repair {run}{data}"),
    ("inversions", "How close the generator comes to a photo of yours", "ganatomy invert {run} photo.jpg"),
)
"""The sections that a command adds, what they tell, and the command."""

OF_CONCEPTS = frozenset(section for section, *_ in _STEPS if section != "scores")
"""Those that need images."""


def more_view(
    run: str,
    there: Collection[str],
    data: str = "",
    segmenter: str = "",
    layer: str = "LAYER",
    concept: str = "CONCEPT",
) -> MoreView | None:
    """Return what can be added to a page, or None where all is there.

    Args:
        run: the run's path as a shell reads it.
        there: the sections that the page has, or that nothing could fill.
        data: what commands are to be told of the real images, where the run does not know them.
        segmenter: what they are to be told of the segmenter, where none goes with the run.
        layer: one that can be edited, as a shell reads it, where one is known.
        concept: one that its units show, the same way.
    """
    missing = tuple(
        Step(what, command.format(run=run, data=data, segmenter=segmenter, layer=layer, concept=concept))
        for section, what, command in _STEPS
        if section not in there
    )
    return MoreView(missing) if missing else None
