"""A schema that is not read is told in one line; one that is, passes."""

from ganatomy.runs.schemas import problem


def test_the_schema_that_is_read_is_no_problem() -> None:
    assert problem("units.json", 2, 2, "dissect again") is None


def test_another_schema_is_told_with_what_to_do() -> None:
    assert problem("units.json", 3, 2, "dissect again") == (
        "units.json has schema 3, this version reads schema 2; dissect again, or open it with the version that wrote it"
    )
    assert "has schema None" in str(problem("units.json", None, 2, "dissect again"))
