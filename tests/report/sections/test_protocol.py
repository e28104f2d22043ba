"""The section of the protocol."""

from ganatomy.report.sections.protocol import protocol_view


def test_tables_without_rows_are_left_out():
    assert protocol_view((), (("seed", "0"),), ()).tables == (("Settings of the run", (("seed", "0"),)),)
    assert protocol_view((), (), ()).tables == ()
