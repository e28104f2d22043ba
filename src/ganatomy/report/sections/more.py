"""The line of what was not found out yet: the commands that add it to the page.

They are given for the run's own folder, so that they are right wherever the page is read.
"""

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

    folder: str
    """The name of the run's own, which commands are to be given in."""
    steps: tuple[Step, ...]


_STEPS = (
    ("scores", "distance from real images", "ganatomy score .{data}"),
    (
        "areas",
        "what is drawn too little and too much",
        "ganatomy dissect .{segmenter} --real-images 2000",
    ),
    ("layers", "which units agree with which concepts", "ganatomy dissect .{segmenter}"),
    ("edits", "what vanishes without a concept's units", "ganatomy edit . --layer {layer} --ablate {concept}"),
    ("causes", "which units cause a concept", "ganatomy ace . --layer {layer} --concepts {concept}"),
    ("context", "where a concept can be put", "ganatomy context . --layer {layer} --concepts {concept}"),
    ("repairs", "whether units paint faults", "ganatomy repair .{data}"),
    ("paint", "a page on which it is painted in, without a server", "ganatomy export . --format web"),
    ("inversions", "how close it comes to a photo of yours", "ganatomy invert . photo.jpg"),
)
"""The sections that a command adds, what they tell, and the command."""

OF_CONCEPTS = frozenset(section for section, *_ in _STEPS if section != "scores")
"""Those that need images."""


def more_view(
    folder: str,
    there: Collection[str],
    data: str = "",
    segmenter: str = "",
    layer: str = "LAYER",
    concept: str = "CONCEPT",
) -> MoreView | None:
    """Return what can be added to a page, or None where all is there.

    Args:
        folder: the name of the run's own.
        there: the sections that the page has, or that nothing could fill.
        data: what commands are to be told of the real images, where the run does not know them.
        segmenter: what they are to be told of the segmenter, where none goes with the run.
        layer: one that can be edited, as a shell reads it, where one is known.
        concept: one that its units show, the same way.
    """
    missing = tuple(
        Step(what, command.format(data=data, segmenter=segmenter, layer=layer, concept=concept))
        for section, what, command in _STEPS
        if section not in there
    )
    return MoreView(folder, missing) if missing else None
