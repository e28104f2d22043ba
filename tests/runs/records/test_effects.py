"""Steps of an edit in words, also of files that knew a single ablation."""

import pytest

from ganatomy.runs.records.effects import EffectsRecord, StepRow, units_said


@pytest.mark.parametrize(
    ("units", "concept", "labelled", "said"),
    [
        (range(20), "tree", 1, "20 units of layer4, 1 of them labelled tree"),
        (range(20), "tree", 0, "20 units of layer4, none of them labelled tree"),
        ((3,), "tree", 1, "1 unit of layer4, labelled tree"),
        ((3,), "tree", 0, "1 unit of layer4, not labelled tree"),
        ((3, 4), "tree", None, "2 units of layer4 for tree"),
        ((3, 4), None, None, "2 units of layer4"),
    ],
)
def test_units_are_said_with_how_many_carry_the_concept(units, concept, labelled, said):
    assert units_said(units, "layer4", concept, labelled) == said


def test_steps_are_said():
    assert StepRow("ablate", "l", "tree", (1, 2), 1).said == "2 units of l, 1 of them labelled tree, ablated"
    assert StepRow("insert", "l", "tree", (1,)).said == "1 unit of l for tree inserted"
    assert StepRow("copy", "l", None, (1,), source=(3, 4, 5)).said == "1 unit of l copied from sample 3, cell 4,5"


def test_a_file_of_a_single_ablation_has_one_step():
    old = EffectsRecord("l", "tree", (1, 2), -1.0, 10, "scenes", "f", (), ((3, 4),), strength=0.5, region="0,0,1,0.5")
    (step,) = old.all_steps
    assert step == StepRow(
        "ablate", "l", "tree", (1, 2), value="-1", values=(-1.0,), strength=0.5, where="0,0,1,0.5", others=((3, 4),)
    )
