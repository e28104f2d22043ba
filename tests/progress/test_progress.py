import pytest

from ganatomy.progress import SILENT, Progress, Silent


def test_silence_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    progress: Progress = SILENT
    with progress.task("rendering", 3, unit="img") as task:
        task.advance()
        task.advance(2, note="almost")
        task.update(3, "done")
        progress.line("a line")
    with progress.task("of unknown length", None) as task:
        task.advance()
    assert capfd.readouterr() == ("", "")


def test_an_error_passes_through_a_silent_task() -> None:
    def fail() -> None:
        with Silent().task("failing", 1):
            raise ZeroDivisionError("inside")

    with pytest.raises(ZeroDivisionError, match="inside"):
        fail()
