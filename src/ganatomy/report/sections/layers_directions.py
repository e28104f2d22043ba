"""What is said of a layer whose units are directions of another."""

from ganatomy.config.directions import LATENTS
from ganatomy.draw.text import count, percent
from ganatomy.runs.records.directions import DirectionsRecord


def directions_in_words(record: DirectionsRecord, units: int) -> str:
    """Return what the units of a layer are, a sentence.

    Args:
        record: the layer's `directions.json`.
        units: how many it has.
    """
    found, base = record.found, "the latents" if record.base == LATENTS else record.base
    if found.kind == "given":
        said = f"{count(units, 'read-out')} of {base} that {found.source or 'the user'} gave"
    elif found.kind == "pca":
        said = (
            f"{count(units, 'direction')} of {base}, those of the greatest variance over the cells of "
            f"{count(found.num_images or 0, 'sample')}: {percent(sum(found.shares))} of it"
        )
    else:
        said = (
            f"{count(units, 'direction')} of {base}, those that the weights reading it enlarge most: "
            f"{percent(sum(found.shares))} of their squared gain"
        )
    return f"Its units are {said}{'; each is turned around' if found.is_negative else ''}."
