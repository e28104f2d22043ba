import io

from rich.console import Console

from ganatomy.progress.bars import Bars


def test_bars_show_count_rate_note_and_lines() -> None:
    stream = io.StringIO()
    bars = Bars(Console(file=stream, force_terminal=True, width=120, color_system=None))
    with bars.task("evolving", 3, "generations") as outer:
        outer.advance(note="fitness .6")
        with bars.task("sampling", None, "img") as inner:
            inner.update(64)
            bars.line("[64] images")
        outer.advance(2)
    text = stream.getvalue()
    assert "evolving" in text
    assert "3/3 generations" in text
    assert "generations/s" in text
    assert "fitness .6" in text
    assert "64 img" in text
    assert "[64] images" in text


def test_tasks_after_each_other_start_anew() -> None:
    stream = io.StringIO()
    bars = Bars(Console(file=stream, force_terminal=True, width=120, color_system=None))
    for name in ("first", "second"):
        with bars.task(name, 1) as task:
            task.advance()
    assert stream.getvalue().rindex("first") < stream.getvalue().index("second")


def test_time_left_is_shown_while_a_task_runs() -> None:
    now = 0.0
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=120, color_system=None, get_time=lambda: now)
    bars = Bars(console)
    with bars.task("evolving", 100) as task:
        task.advance(1)
        now = 10.0
        task.advance(49)
        bars._rich.refresh()
    assert "left" in stream.getvalue()
