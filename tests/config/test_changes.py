"""What a run that goes on is asked to do otherwise is told in words, whatever part it is set in."""

from dataclasses import dataclass, field

from ganatomy.config.changes import changes


@dataclass(frozen=True)
class Stop:
    """One part."""

    minutes: float | None = None
    generations: int | None = 6


@dataclass(frozen=True)
class Settings:
    """A setting of its own, and a part."""

    seed: int = 0
    stop: Stop = field(default_factory=Stop)


def test_each_setting_that_differs_is_told_with_both_values():
    asked = Settings(seed=3, stop=Stop(minutes=1.5))
    assert changes(Settings(), asked, ()) == ["seed was 0, asked is 3", "minutes was None, asked is 1.5"]


def test_what_may_change_is_passed_over():
    asked = Settings(seed=3, stop=Stop(minutes=1.5))
    assert changes(Settings(), asked, ("minutes", "generations")) == ["seed was 0, asked is 3"]


def test_equal_settings_differ_in_nothing():
    assert changes(Settings(), Settings(), ()) == []
