"""Lines of a unit table, written by hand."""


def unit(n, concept, iou, interpretable=True, **more):
    nothing = {"category": concept and "object", "iou_interval": [iou, iou], "explained_by": None}
    scores = {"unit": n, "concept": concept, "iou": iou, "iqr": 0.02, "shuffled_iou": 0.05, "shifted_iou": 0.06}
    return nothing | scores | {"z": 4.0, "q": 0.01, "interpretable": interpretable, "top": []} | more


DEAD = dict.fromkeys(("iqr", "shuffled_iou", "shifted_iou", "z", "q"))
UNITS = [
    unit(0, "sky", 0.4), unit(1, "sky", 0.5), unit(2, None, None, False, **DEAD),
    unit(3, "tree", 0.3), unit(4, "water", 0.04, False), unit(5, "sky", 0.45),
]  # fmt: skip
