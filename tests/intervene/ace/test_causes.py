"""The causes of concepts in the planted world, where the truth is known."""

from dataclasses import replace

import pytest
import torch
from tests.intervene.ace.planted import LAYER, PROTOCOL, SCHEDULE, numbers, scores, tree_scores

from ganatomy.errors import ConfigError, LayerError, LayerNotFound
from ganatomy.intervene.ace.causes import find_causes
from ganatomy.intervene.ace.protocol import AceProtocol, Cause, passes_of, passes_official
from ganatomy.intervene.rankings import ConceptScores
from ganatomy.models.planted import NUMBER, UNITS
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter


def causes_of(given: dict[str, ConceptScores], protocol: AceProtocol = PROTOCOL) -> list[Cause]:
    return list(find_causes(PlantedGenerator(), PlantedSegmenter(), LAYER, given, protocol))


def test_alpha_finds_the_causal_units_where_iou_picks_the_decoy() -> None:
    (cause,) = causes_of({"tree": tree_scores()})
    assert set(cause.units) == numbers("crown", "trunk")
    assert NUMBER["tree copy"] in cause.sets[1].units[0]
    ace, iou = cause.effect("ace"), cause.effect("iou")
    assert ace is not None
    assert iou is not None
    assert ace.kept.value == 0  # no tree is left
    assert iou.kept.value == pytest.approx(1 / 3)  # crowns are gone, trunks stay
    assert ace.inserted.value == 1  # a tree wherever it is inserted
    assert ace.at_cell.value == pytest.approx(1 / ace.area)
    assert ace.at_cell.value > iou.at_cell.value
    assert ace.kept.interval.high < iou.kept.interval.low


def test_random_units_that_carry_nothing_of_it_leave_it_as_it_is() -> None:
    (cause,) = causes_of({"tree": tree_scores()})
    random, of_all = cause.sets[2:]
    assert (random.name, of_all.name) == ("random", "random of all")
    assert not numbers("crown", "trunk", "tree copy") & {unit for units in random.units for unit in units}
    effect = cause.effect("random")
    assert effect is not None
    assert effect.kept.value >= 1  # more, where a building in front of it is ablated


def test_an_entangled_unit_shows_in_what_becomes_of_the_other_concepts() -> None:
    protocol = replace(PROTOCOL, top=1)
    (cause,) = causes_of({"cloud": scores(door_and_cloud=0.4, sky=0.2)}, protocol)
    by_iou = cause.effect("iou", "door")
    assert by_iou is not None
    assert by_iou.kept.value == 0  # the unit of doors and clouds
    grass = cause.effect("iou", "grass")
    assert grass is not None
    assert grass.kept.value == 1


def test_the_penalty_on_other_concepts_lowers_the_entangled_unit() -> None:
    given = {"cloud": scores(sky=1.0, door_and_cloud=0.3)}
    (free,) = causes_of(given)
    (held,) = causes_of(given, replace(PROTOCOL, specificity=3.0))
    unit = NUMBER["door and cloud"]
    assert free.alpha.values[unit] > 0.9
    assert held.alpha.values[unit] < free.alpha.values[unit] - 0.2
    assert held.passes["specificity"] > 0
    assert "specificity" not in free.passes


def test_passes_are_those_that_were_made_and_shared_ones_are_divided() -> None:
    protocol = replace(PROTOCOL, curve_images=10, schedule=replace(SCHEDULE, steps=4, check_every=0))
    one, two = causes_of({"tree": tree_scores(), "grass": scores(grass=1.0, foreground=0.8)}, protocol)
    assert one.passes["pool"] == two.passes["pool"] == SCHEDULE.pool // 2
    assert one.passes["optimisation"] == 2 * 12 * 4
    assert one.passes["candidates"] == one.pairs.proposals
    assert one.passes["evaluation"] == 4 * 3 * 40 + 40 // 2
    sizes = 6  # 1, 2, 3, 5, 8 and all 11
    assert one.passes["curves"] == 4 * 2 * sizes * 10 + 32 + len(UNITS) * 32 // 2
    assert passes_of(one.passes) == sum(one.passes.values()) - one.passes["curves"]
    assert passes_official() == 103_000


def test_four_rankings_have_an_ablation_and_an_insertion_curve() -> None:
    (cause,) = causes_of({"tree": tree_scores()}, replace(PROTOCOL, curve_images=40))
    curves = {(one.ranking, one.kind): one for one in cause.curves}
    assert len(curves) == 8
    causal = numbers("crown", "trunk")
    for ranking in ("ace", "gradient", "single unit"):
        assert set(curves[ranking, "ablation"].units[:2]) == causal
        assert curves[ranking, "ablation"].curve.values[1] == 0
        assert curves[ranking, "insertion"].curve.values[1] == 1
    assert curves["iou", "ablation"].curve.values[0] == 1  # nothing reads the copy
    assert curves["iou", "ablation"].curve.values[2] == 0


def test_a_causal_set_of_every_unit_has_no_random_ones_beside_it() -> None:
    (cause,) = causes_of({"tree": tree_scores()}, replace(PROTOCOL, top=len(UNITS)))
    assert [one.name for one in cause.sets] == ["ace", "iou", "random of all"]


@pytest.mark.parametrize(
    ("given", "layer", "protocol", "message"),
    [
        ("tre", LAYER, PROTOCOL, "no concept 'tre'; did you mean 'tree'"),
        ("tree", LAYER, replace(PROTOCOL, top=12), "top is 12, and layer 'layer1' has 11 units; give 1 to 11"),
        (
            "tree",
            LAYER,
            replace(PROTOCOL, schedule=replace(SCHEDULE, pool=8)),
            r"'tree' shows in \d of 8 samples, and 8 are needed; give a larger --pool, or choose another concept",
        ),
    ],
)
def test_what_cannot_be_looked_for_is_refused(given: str, layer: str, protocol: AceProtocol, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        list(find_causes(PlantedGenerator(), PlantedSegmenter(), layer, {given: tree_scores()}, protocol))


def test_a_layer_must_be_there() -> None:
    with pytest.raises(LayerNotFound, match="no layer 'layer9'"):
        list(find_causes(PlantedGenerator(), PlantedSegmenter(), "layer9", {"tree": tree_scores()}, PROTOCOL))


def test_a_layer_must_have_cells() -> None:
    generator = torch.nn.Sequential(torch.nn.Flatten(), PlantedGenerator())
    generator.z_dim = PlantedGenerator.z_dim
    with pytest.raises(LayerError, match="which has no cells"):
        list(find_causes(generator, PlantedSegmenter(), "0", {"tree": tree_scores()}, PROTOCOL))


def test_a_protocol_is_checked() -> None:
    with pytest.raises(ConfigError, match="num_images is 0; give 1 or more"):
        AceProtocol(num_images=0)
    with pytest.raises(ConfigError, match="curve_images is 200; give 0 to num_images, 150"):
        AceProtocol(curve_images=200)
    with pytest.raises(ConfigError, match=r"specificity is -1\.0; give 0 or more"):
        AceProtocol(specificity=-1.0)
