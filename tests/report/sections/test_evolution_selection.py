"""Which term decides, who is ahead, and who survives."""

import numpy as np
from tests.report.sections.test_evolution import child_line, children

from ganatomy.report.sections.evolution_selection import advantages, objectives_of, survival_shares, term_figures, terms


def test_shares_of_survivors_per_window():
    lineage = children(
        (1, "a", 0, True), (1, "b", 0, False), (2, "a", 0, False), (2, "b", 0, True),
        (3, "a", 0, True), (3, "b", 0, True), (4, "a", 0, False), (4, "b", 0, False), (5, "a", 0, True),
    )  # fmt: skip
    edges, shares = survival_shares(lineage, windows=3)
    assert edges.tolist() == [1, 3, 5, 6]
    assert shares["a"].tolist() == [0.5, 0.5, 1.0]
    assert shares["b"].tolist() == [0.5, 0.5, 0.0]
    edges, shares = survival_shares(lineage, windows=40)
    assert edges.tolist() == [1, 2, 3, 4, 5, 6]
    assert [a + b for a, b in zip(shares["a"], shares["b"], strict=True)] == [1, 1, 1, 0, 1]


def test_advantages_compare_children_of_one_generation():
    lineage = children(
        (1, "a", 4.0), (1, "b", 2.0), (2, "a", 10.0), (2, "a", 20.0), (2, "b", 30.0), (3, "a", None), (3, "b", 1.0),
    )  # fmt: skip
    x, gained = advantages(lineage)
    assert x.tolist() == [1, 2, 3]
    np.testing.assert_allclose(gained["a"], [1, -5, np.nan])
    np.testing.assert_allclose(gained["b"], [-1, 10, 0])


def child(generation, quality, diversity, survived=False, gamma=0.5):
    fitness = None if quality is None else quality + gamma * diversity
    return child_line(
        generation=generation,
        objective="a",
        quality=quality,
        diversity=diversity,
        fitness=fitness,
        survived=survived,
    )


def test_terms_of_the_fitness_are_those_of_the_fittest_survivor():
    """Generation 1: best in quality, not in diversity; 2: in both; 3 has one child; 4 lost a child to NaN."""
    lineage = [
        child(1, 0.9, -2.0, True), child(1, 0.2, -1.5), child(1, 0.4, -3.0),
        child(2, 0.5, 1.0, True), child(2, 0.5, 0.0),
        child(3, 0.1, 0.1, True),
        child(4, None, 1.0), child(4, 0.3, 1.0, True),
        child(5, 0.2, 0.2), child(5, 0.1, 0.1),
    ]  # fmt: skip
    found = terms(lineage, 0.5)
    assert found.generation.tolist() == [1, 2]
    np.testing.assert_allclose(found.quality, [0.9, 0.5])
    np.testing.assert_allclose(found.diversity, [-1.0, 0.5])
    np.testing.assert_allclose(found.fitness, [-0.1, 1.0])
    np.testing.assert_allclose(found.quality_spread, [0.7, 0.0])
    np.testing.assert_allclose(found.diversity_spread, [0.75, 0.5])
    assert (found.by_quality, found.by_diversity) == (1.0, 0.5)
    assert terms(lineage[5:], 0.5) is None


def test_the_figures_of_the_terms_say_which_decides():
    lineage = [child(g, 0.5 + 0.1 * c, -0.1 * c * g, c == 1) for g in range(1, 9) for c in (0, 1)]
    made, decision = term_figures(lineage, 0.5, 3)
    assert "γ being 0.5" in made.caption
    assert (made.key, decision.key) == ("terms", "decision")
    said = decision.caption.replace("\N{NO-BREAK SPACE}", " ")
    assert "the best in quality in 100 % of generations, the best in diversity in 0 %" in said
    assert "γ · diversity" in decision.svg
    assert term_figures(lineage[:1], 0.5, 3) == []


def test_objectives_in_the_order_in_which_they_come():
    assert objectives_of(children((1, "b"), (1, "a"), (2, "b"))) == ["b", "a"]
