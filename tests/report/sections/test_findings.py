"""Findings: those that there are, as sentences."""

from ganatomy.report.sections.findings import Finding, findings_view


def test_what_was_not_found_is_left_out():
    finding = Finding("areas", "It has dropped boat:", "0 %", "of its pixels show it.")
    assert findings_view(None, finding, None).findings == (finding,)
    assert finding.sentence == "It has dropped boat: 0 % of its pixels show it."
    assert findings_view(None, None) is None
