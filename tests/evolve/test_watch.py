"""Watchdogs speak once when a sign has held, and again only after it was gone."""

import pytest

from ganatomy.evolve.watch import ALIKE, PATIENCE, PINNED, Watchdogs

WELL = {"d_accuracy": 0.7, "sample_distance": 0.8}
PINNED_NOW = {"d_accuracy": PINNED, "sample_distance": 0.8}
ALIKE_NOW = {"d_accuracy": 0.7, "sample_distance": ALIKE - 0.01}


def spoken(watchdogs: Watchdogs, figures: dict[str, float], generations: int) -> list[tuple[int, str]]:
    """Return what is said, and in which of so many generations, from 1 on."""
    return [(number, text) for number in range(1, generations + 1) for text in watchdogs.look(figures)]


@pytest.mark.parametrize("sign", [PINNED_NOW, ALIKE_NOW])
def test_a_sign_is_told_once_when_it_has_held_and_again_after_recovery(sign: dict[str, float]) -> None:
    watchdogs = Watchdogs()
    assert spoken(watchdogs, WELL, 3 * PATIENCE) == []
    assert spoken(watchdogs, sign, PATIENCE - 1) == []
    assert spoken(watchdogs, WELL, 1) == []
    assert [number for number, _ in spoken(watchdogs, sign, 3 * PATIENCE)] == [PATIENCE]
    assert spoken(watchdogs, WELL, 1) == []
    assert [number for number, _ in spoken(watchdogs, sign, 3 * PATIENCE)] == [PATIENCE]


def test_what_is_said() -> None:
    ((_, pinned),) = spoken(Watchdogs(), {**WELL, "d_accuracy": 0.996}, PATIENCE)
    assert pinned == (
        "the discriminator has told real from generated images 100% of the time for 200 generations: children learn "
        "little, and F_d by gradient norm favours those that change nothing, the more the larger gamma is; a gradient "
        "penalty, augmentation, --diversity pairwise or a smaller gamma may help"
    )
    ((_, alike),) = spoken(Watchdogs(), {**WELL, "sample_distance": 0.034}, PATIENCE)
    assert alike == (
        "generated images are 3% as far apart as real ones and have been below 10% for 200 generations: the generator "
        "has collapsed to nearly one image; go back to an earlier snapshot, or start again with a larger gamma or a "
        "penalty"
    )


def test_both_signs_may_hold_at_once_and_a_larger_gamma_is_no_advice_then() -> None:
    both = {"d_accuracy": 1.0, "sample_distance": 0.0}
    said = spoken(Watchdogs(), both, PATIENCE)
    assert [number for number, _ in said] == [PATIENCE, PATIENCE]
    assert said[1][1].endswith("start again with a gradient penalty or --diversity pairwise")


def test_at_their_bounds() -> None:
    assert spoken(Watchdogs(), {"d_accuracy": PINNED - 1e-6, "sample_distance": ALIKE}, PATIENCE) == []


def test_no_number_is_no_sign() -> None:
    nan = float("nan")
    assert spoken(Watchdogs(), {"d_accuracy": nan, "sample_distance": nan}, PATIENCE) == []


def test_modes_that_are_lost_are_told_once_until_they_are_back() -> None:
    watchdogs = Watchdogs()
    assert [watchdogs.look_at_modes(covered) for covered in (3, 8, 8)] == [[], [], []]
    assert watchdogs.look_at_modes(6) == ["6 modes are covered, 2 fewer than before: the generator has dropped them"]
    assert watchdogs.look_at_modes(5) == []
    assert watchdogs.look_at_modes(8) == []
    assert watchdogs.look_at_modes(7) == ["7 modes are covered, 1 fewer than before: the generator has dropped them"]


def test_what_was_seen_comes_back() -> None:
    watchdogs = Watchdogs()
    spoken(watchdogs, PINNED_NOW, PATIENCE - 1)
    watchdogs.look_at_modes(8)
    other = Watchdogs()
    other.load_state(watchdogs.state())
    assert other == watchdogs
    assert [number for number, _ in spoken(other, PINNED_NOW, 3)] == [1]
    assert watchdogs.held["pinned"] == PATIENCE - 1, "the two share nothing"
    assert len(other.look_at_modes(7)) == 1
