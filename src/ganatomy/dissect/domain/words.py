"""What a domain check says: a plain sentence, the same in the terminal, in the record and on the page."""

from ganatomy.dissect.domain.check import DomainCheck

MAINLY = 3
"""Concepts named where there is nothing to compare with."""


def said(check: DomainCheck) -> str:
    """Return what is known of the segmenter and these images."""
    if check.made_for is None:
        return _alone(check)
    name = f"segmenter '{check.segmenter}'"
    if check.differs:
        return f"S{name[1:]} was not made for images like these: {_reasons(check)}."
    return f"As far as can be told, {name} was made for images like these: {_reasons(check)}."


def warning(check: DomainCheck) -> str | None:
    """Return the warning where the images are others than the segmenter was made for; None where they need not be."""
    if not check.differs:
        return None
    return (
        f"segmenter '{check.segmenter}' was not made for images like these, and what it names may not be there: "
        f"{_reasons(check)}. Look at the cards, or take another segmenter: docs/segmenters.md"
    )


def _reasons(check: DomainCheck) -> str:
    """Return both figures beside what they are for images alike."""
    kind, reasons = check.made_for, []
    assert kind is not None
    if check.less_sure is not None and check.confidence is not None:
        low, high = (f"{100 * bound:.0f}" for bound in check.less_sure.interval)
        reasons.append(
            f"of pairs, one of these images and one of {kind.name} at {kind.image_size} px, it is less sure of this "
            f"in {100 * check.less_sure.value:.0f} of 100 (95 % interval {low} to {high}; alike is 50), with a mean "
            f"confidence of {check.confidence.mean():.0%} against {kind.confidence.mean():.0%}"
        )
    if check.apart is not None:
        apart, chance = f"{check.apart.value:.0%}", f"{check.apart.chance:.0%}"
        reasons.append(f"the areas of its concepts are {apart} of the pixels apart, where chance gives {chance}")
    return "; ".join(reasons) or "there are too few images to compare"


def _alone(check: DomainCheck) -> str:
    """Return what can be said where no images are known that the segmenter was made for."""
    name = f"segmenter '{check.segmenter}'"
    if check.confidence is None:
        first = f"S{name[1:]} gives labels alone and does not tell how sure it is of these images."
    else:
        first = (
            f"It is not known what images {name} was made for. Its mean confidence in what it names is "
            f"{check.confidence.mean():.0%}, with {check.num_concepts} concepts to choose from; that much is no proof, "
            "for networks are sure of noise too."
        )
    seen = ", ".join(f"{one.concept} ({one.area:.0%} of the pixels)" for one in check.seen[:MAINLY])
    return f"{first} It names {f'mostly {seen}' if seen else 'nothing'}: see on the cards whether that is there."
