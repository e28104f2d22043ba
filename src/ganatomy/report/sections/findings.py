"""The findings at the head of the page: at most five sentences, each with its number, its interval and its control.

A sentence whose record has no control is not written. Each tells in which part of the page it is looked at closely.
"""

from dataclasses import dataclass

from ganatomy.report.images import Picture


@dataclass(frozen=True)
class Finding:
    """One sentence of what was found: words up to its number, the number, and words with its interval and control."""

    part: str
    """The part of the page that tells more, by its anchor."""
    before: str
    """Empty where the sentence begins with its number."""
    number: str
    after: str
    pictures: tuple[tuple[str, Picture], ...] = ()
    """What it looks like, each with its name."""

    @property
    def sentence(self) -> str:
        """The sentence as plain text."""
        return f"{self.before} {self.number} {self.after}".strip()


@dataclass(frozen=True)
class FindingsView:
    """All findings of a run: what it draws, what units show, what edits did, what was repaired, what evolution did."""

    findings: tuple[Finding, ...]


def findings_view(*findings: Finding | None) -> FindingsView | None:
    """Return the findings that there are, or None where there is none."""
    found = tuple(finding for finding in findings if finding is not None)
    return FindingsView(found) if found else None
