"""The version of every kind of file in a run directory: raised when a file of it can no longer be read as before.

Settings have their own, in `ganatomy.config`.
"""

MANIFEST = 1
ARCHITECTURE = 1
"""Of weights/generator.json."""
UNITS = 2
"""Of a layer's units.json and of dissect/summary.json."""
DIRECTIONS = 1
"""Of a layer's directions.json."""
AREAS = 1
AGREEMENT = 1
CLASSES = 1
DOMAIN = 1
HISTORY = 1
EFFECTS = 1
PAINTING = 1
"""Of a picture edited by hand, in the page, in a link and in a file."""
ASSERTION = 1
"""Of edits/NAME.json."""
CAUSES = 1
"""Of the files in ace/."""
CONTEXT = 1
"""Of what stands in context/."""
REPAIR = 1
"""Of repair.json."""
EXPORT = 1
"""Of export.json."""
ENCODER = 1
"""Of invert/encoder.json."""
INVERSION = 1
"""Of inversion.json."""
REFERENCE = 1
"""Of invert/references/DIGEST.json."""
SCORES = 1
"""Of the files in scores/."""
SNAPSHOT = 2
"""Of what a training goes on from."""
TREE = 1
"""Of the tree of tensors and values in which snapshots are kept."""
COMPARISON = 1
"""Of compare.json."""
DISSECTIONS = 1
"""Of comparison.json."""


def problem(source: str, found: object, read: int, again: str) -> str | None:
    """Return what is to be said of a file whose schema this version does not read; None where it does.

    Args:
        source: the file.
        found: its schema.
        read: the one that this version reads.
        again: what to do about it.
    """
    if found == read:
        return None
    opened = "or open it with the version that wrote it"
    return f"{source} has schema {found!r}, this version reads schema {read}; {again}, {opened}"
