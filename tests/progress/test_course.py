"""How far a task is and how fast it goes, in words."""

from ganatomy.progress.course import Course


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_units_rate_and_time_left_are_those_since_it_began() -> None:
    clock = Clock()
    course = Course(100, "img", 60, 10, clock)
    assert (course.units, course.rate, course.left) == ("60 of 100 img", "0 img/s", [])
    clock.now = 10
    assert course.update(62, "slow")
    assert (course.units, course.rate, course.left) == ("62 of 100 img", "0.2 img/s", ["3:10 min left"])
    assert course.note == "slow"


def test_it_is_told_no_more_often_than_asked() -> None:
    clock = Clock()
    course = Course(None, "it", 0, 10, clock)
    told = []
    for clock.now in (9, 10, 19, 20, 31):
        told.append(course.update(1, ""))
    assert told == [False, True, False, True, True]
    assert (course.units, course.left) == ("1 it", [])
