"""What was not found out yet."""

from ganatomy.report.sections.more import more_view


def test_each_thing_that_is_missing_has_its_command():
    view = more_view("runs/0001", scored=False, compared=True, dissected=True, edited=False)
    assert [step.command for step in view.steps] == [
        "ganatomy score runs/0001",
        "ganatomy edit runs/0001 --layer layer3 --ablate tree --top 20",
    ]


def test_where_all_is_there_nothing_is_said():
    assert more_view("runs/0001", scored=True, compared=True, dissected=True, edited=True) is None
