"""A release of the unified segmenter with made-up weights: the official files, names and shapes."""

import json
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from tests.reference import unified as reference
from torch import Tensor

SMALL = {
    "object": ["-", "sky", "building", "person", "door", "glass"],
    "material": ["-", "brick", "glass", "hair"],
    "scene": ["street", "kitchen"],
    "part": ["-", "cloud", "door", "roof", "hair", "knob"],
    "object_part": {
        "building": ["-", "door", "roof"],
        "sky": ["-", "cloud"],
        "door": ["-", "knob"],
        "person": ["-", "hair"],
    },
}
"""`labels.json` in small: a part that is an object, names that come twice, owners in another order than objects."""

BUILDING_PARTS = (
    "window door column roof balcony shop_window pane railing chimney metal_shutter shutter dormer pipe entrance step "
    "dome balustrade garage_door fire_escape grille arcades wall terrace"
)
PERSON_PARTS = "leg head torso arm eye ear nose neck hand hair mouth foot eyebrow back"
OBJECTS_AND_PARTS = "wall tree window door column pane railing chimney shutter pipe step"


def full_size() -> dict:
    """Return a `labels.json` of the sizes of the release, with the names of the parts that are named by default.

    335 objects, 25 materials, 427 channels of parts over 77 objects, 112 parts that are no objects.
    """
    names = ["sky", "building", "person", *OBJECTS_AND_PARTS.split()]
    objects = ["-", *names, *(f"object {index}" for index in range(335 - len(names)))]
    parts = {
        "sky": ["-", "cloud"],
        "building": ["-", *(name.replace("_", " ") for name in BUILDING_PARTS.split())],
        "person": ["-", *PERSON_PARTS.split()],
    }
    others = [f"part {index}" for index in range(112 - 28)]
    counts = [5] * 74  # 427 channels less the 41 of the three, over 74 objects, `-` of each included
    for extra in range(427 - 41 - sum(counts)):
        counts[extra] += 1
    for owner, count in enumerate(counts):
        parts[f"object {owner}"] = ["-", *(others[(4 * owner + step) % len(others)] for step in range(count - 1))]
    return {
        "object": objects,
        "material": ["-", *(f"material {index}" for index in range(25))],
        "scene": [f"scene {index}" for index in range(365)],
        "part": [],
        "object_part": parts,
    }


def sizes(labels: dict) -> dict[str, int]:
    """Return how many classes each head has."""
    parts = sum(len(parts) for parts in labels["object_part"].values())
    return {"part": parts} | {head: len(labels[head]) for head in ("object", "material", "scene")}


def random_weights(shapes: dict[str, tuple[int, ...]], seed: int = 0) -> dict[str, Tensor]:
    """Return weights that keep activations near one, in half precision to keep files small."""
    rng = torch.Generator().manual_seed(seed)
    weights = {}
    for name, shape in shapes.items():
        noise = torch.randn(shape, generator=rng)
        if len(shape) == 4:
            noise *= (2 / np.prod(shape[1:])) ** 0.5 / (60 if name == "conv1.weight" else 1)  # pixels spread by 60
        elif name.endswith("running_var") or ("bn" in name.split(".")[-2] and name.endswith(".weight")):
            noise = 1 + 0.1 * noise.abs()
        else:
            noise *= 0.1
        weights[name] = noise.half()
    return weights


def write_release(folder: Path, labels: dict, width: int, seed: int = 0) -> Path:
    """Write the three files of a release into a new folder, with what the official files keep for training too."""
    folder.mkdir()
    (folder / "labels.json").write_text(json.dumps(labels))
    shapes = {"encoder": reference.encoder_shapes(), "decoder": reference.decoder_shapes(sizes(labels), width)}
    for file, of_file in shapes.items():
        weights = random_weights(of_file, seed)
        for name in [name for name in weights if name.endswith("running_mean")]:
            norm = name.removesuffix("running_mean")
            weights |= {f"{norm}_tmp_running_mean": torch.ones(3), f"{norm}_tmp_running_var": torch.ones(3)}
            weights |= {f"{norm}_running_iter": torch.ones(1), f"{norm}num_batches_tracked": torch.tensor(7)}
        # the release is of 2018, before torch wrote zip archives, and holds ordered dictionaries
        state = OrderedDict(weights)
        state._metadata = OrderedDict({"": {"version": 1}})
        torch.save(state, folder / f"{file}_epoch_40.pth", _use_new_zipfile_serialization=False)
    return folder
