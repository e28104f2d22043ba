"""What was not found out yet."""

from ganatomy.report.sections.more import OF_CONCEPTS, more_view


def test_each_thing_that_is_missing_has_its_command():
    view = more_view("0001", {"areas", "layers", "causes", "context", "samples"}, " --data FOLDER")
    assert [step.command for step in view.steps] == [
        "ganatomy score . --data FOLDER",
        "ganatomy edit . --layer LAYER --ablate CONCEPT",
        "ganatomy repair . --data FOLDER",
        "ganatomy export . --format web",
        "ganatomy invert . photo.jpg",
    ]


def test_where_all_is_there_nothing_is_said():
    assert more_view("0001", {"scores", *OF_CONCEPTS}) is None


def test_a_run_of_no_scenes_is_told_to_name_a_segmenter() -> None:
    view = more_view("0001", {"areas"}, segmenter=" --segmenter NAME")
    assert view is not None
    commands = [step.command for step in view.steps if "dissect" in step.command]
    assert commands == ["ganatomy dissect . --segmenter NAME"]
