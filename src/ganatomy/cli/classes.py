"""Classes among what a command prints: the one that all samples were of, and several side by side."""

from ganatomy.runs.records.classes import ClassesRecord, ClassRow

LEAST_AREA = 0.005
"""Concepts of a smaller part of all pixels in every class are left out of what is printed, not of the file."""


def class_row(of_class: str | None) -> dict[str, object]:
    """Return the class by its name; nothing where no single one was asked for."""
    return {} if of_class is None else {"class": of_class}


def class_tables(record: ClassesRecord | None) -> dict[str, object]:
    """Return the area of each concept by class, and what units of each layer show; nothing without classes."""
    if record is None:
        return {}
    areas = [
        {"concept": concept, **{one.name: one.areas[c].area for one in record.classes}}
        for c, concept in enumerate(record.concepts)
        if max(one.areas[c].area for one in record.classes) >= LEAST_AREA
    ]
    return {"areas_by_class": areas, "units_by_class": [row for one in record.classes for row in _layers(one)]}


def _layers(one: ClassRow) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for layer in one.layers:
        count = layer.concept_counts
        most = sorted(count, key=lambda concept: (-count[concept], concept))
        concepts = [{"concept": name, "units": count[name]} for name in most]
        rows.append({"class": one.name, "layer": layer.layer, "above_chance": layer.above_chance, "concepts": concepts})
    return rows
