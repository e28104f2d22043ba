"""Tables of Markdown."""

from ganatomy.markdown import table


def test_a_table_has_a_rule_below_its_head() -> None:
    assert table(["a", "b"], [["1", "2"], ["3", "4"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |"
    assert table(["a"], []) == "| a |\n| --- |"
