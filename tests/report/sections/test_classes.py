"""Classes side by side: heat tables of areas and of units."""

from dataclasses import replace

from ganatomy.report.sections.classes import MOST_CLASSES, class_weights, classes_view
from ganatomy.runs.records.areas import AreaRow
from ganatomy.runs.records.classes import ClassesRecord, ClassLayerRow, ClassRow, ClassUnitRow

CONCEPTS = ("other", "sky", "tree", "boat")


def unit(number: int, concept: str | None, is_above_chance: bool = True) -> ClassUnitRow:
    return ClassUnitRow(number, concept, 0.3, (0.2, 0.4), 0.1, 0.1, 0.01, is_above_chance)


def one(name: str, sky: float, units: tuple[ClassUnitRow, ...], layer: str = "layer2") -> ClassRow:
    areas = tuple(AreaRow(area, (0.9 * area, 1.1 * area), 0.5) for area in (0.1, sky, 0.16, 0.001))
    return ClassRow(name, 0, areas, (ClassLayerRow(layer, len(units), units),))


PARK = one("park", 0.64, (unit(0, "sky"), unit(1, "tree"), unit(2, "tree"), unit(3, "boat", False)))
STREET = one("street", 0.04, (unit(0, "sky"), unit(1, None, False)))


def record(*classes: ClassRow) -> ClassesRecord:
    categories = ("other", "object", "object", "object")
    return ClassesRecord("g", "scenes", "scenes-1", 0, 200, "paper", CONCEPTS, categories, classes)


def test_areas_are_shaded_by_their_square_root_and_tell_their_intervals():
    view = classes_view(record(PARK, STREET), {"sky": "c0"})
    areas, _ = view.tables
    assert areas.columns == (("sky", "c0"), ("tree", "c-rest"))
    assert areas.left_out == 1  # boats are hardly anywhere
    park, street = areas.rows
    assert [cell.heat for cell in park.cells] == [1.0, 0.5]
    assert street.cells[0].heat == 0.25
    assert street.cells[0].more.replace("\N{NO-BREAK SPACE}", " ") == "95 % interval 3.6–4.4 %, in 50 % of the images"


def test_units_above_chance_are_counted_by_class_and_concept():
    _, units = classes_view(record(PARK, STREET), {}).tables
    assert units.title == "Units of layer2 that show it above chance"
    assert [name for name, _ in units.columns] == ["tree", "sky"]
    assert [(row.name, row.total, [cell.text for cell in row.cells]) for row in units.rows] == [
        ("park", "3", ["2", "1"]),
        ("street", "1", ["", "1"]),
    ]
    assert [cell.heat for cell in units.rows[0].cells] == [1.0, 0.5]


def test_a_layer_of_one_class_alone_and_one_without_units():
    other = replace(STREET, layers=(ClassLayerRow("layer3", 0, ()),))
    _, layer2, layer3 = classes_view(record(PARK, other), {}).tables
    assert layer2.rows[1].total == "0"
    assert layer3.columns == ()


def test_many_classes_are_folded():
    view = classes_view(record(*[replace(PARK, name=f"park {n}") for n in range(MOST_CLASSES + 2)]), {})
    assert (len(view.tables[0].shown), len(view.tables[0].folded)) == (MOST_CLASSES, 2)


def test_colours_go_by_the_mean_area():
    assert class_weights(record(PARK, STREET))["sky"] == 0.34
