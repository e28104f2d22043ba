"""Figures of objectives against D(G(z))."""

from tests.draw.test_charts import FLOOR, numbers, parse, paths, texts

from ganatomy.draw.canvas import LEFT, TOP
from ganatomy.report.sections.evolution_objectives import LOSS_RANGE, objective_figures


def test_losses_and_pulls_of_the_runs_objectives():
    loss, pull = objective_figures(["heuristic", "minimax", "least_squares"])
    assert (loss.key, pull.key) == ("objective-loss", "objective-pull")
    tree = parse(loss)
    assert {"D(G(z))", "loss", "heuristic", "minimax", "least squares"} <= set(texts(tree))
    assert tree.get("data-low") is None
    line = numbers(paths(tree, "line o0")[-1])  # minimax starts at 0 and ends where it leaves the range
    assert line[0] == LEFT
    assert line[-1] < FLOOR
    assert line[-2] < 390
    assert "relativistic" not in loss.caption


def test_relativistic_objectives_say_what_they_are_drawn_against():
    loss, pull = objective_figures(["relativistic_average", "relativistic_paired"])
    said = "Relativistic average and relativistic paired against a real sample of logit 0, where the paired one"
    assert said in loss.caption
    assert said in pull.caption
    assert objective_figures(["relativistic_average"])[0].caption.endswith("against a real sample of logit 0.")


def test_an_unbounded_loss_ends_at_the_edge_of_the_range():
    tree = parse(objective_figures(["least_squares_logit"])[0])
    heights = numbers(paths(tree, "line o3")[-1])[1::2]
    assert min(heights) >= TOP
    assert LOSS_RANGE == (-4.0, 4.0)


def test_nothing_is_drawn_where_no_objective_is_known():
    assert objective_figures([]) == objective_figures(["softmax"]) == []
