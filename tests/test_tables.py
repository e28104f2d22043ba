"""Tables of Markdown."""

from ganatomy.tables import markdown_table


def test_a_table_has_a_rule_below_its_head() -> None:
    assert markdown_table(["a", "b"], [["1", "2"], ["3", "4"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |"
    assert markdown_table(["a"], []) == "| a |\n| --- |"
