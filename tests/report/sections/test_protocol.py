"""The section of the protocol."""

from ganatomy.report.sections.protocol import protocol_view


def test_tables_without_rows_are_left_out():
    assert protocol_view((), (("seed", "0"),), ()).tables == (("Settings of the run", (("seed", "0"),)),)
    assert protocol_view((), (), ()).tables == ()


def test_where_a_generator_came_from_stands_first():
    origin = (("origin", "from face.pth"),)
    assert protocol_view((), (), (("torch", "2"),), origin).tables[0] == ("Where the generator came from", origin)
