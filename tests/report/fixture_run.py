"""A run directory as the other commands write it, made of arithmetic."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import ImageDraw

from ganatomy.data.grids import image_grid
from ganatomy.data.mixtures import sample
from ganatomy.metrics.files import write_scores as record_scores
from ganatomy.metrics.protocol import Protocol, Score
from ganatomy.models.networks.dcgan import Generator, GeneratorShape, initialise
from ganatomy.runs.directory import Run
from ganatomy.runs.weights import save_generator

CONCEPTS = ("other", "sky", "tree", "mountain", "water", "grass", "building", "road", "cloud", "sun", "door", "window")
AREAS = (0.02, 0.38, 0.16, 0.12, 0.09, 0.08, 0.06, 0.04, 0.03, 0.004, 0.001, 0.002)
CATEGORIES = ("other", *("object",) * 3, *("material",) * 2, *("object",) * 4, *("part",) * 2)
OBJECTIVES = ("heuristic", "minimax", "least_squares")
Images = NDArray[np.uint8]


def landscapes(rng: np.random.Generator, n: int, size: int, noise: float) -> Images:
    """Return skies over hills over meadows, drowned in noise where `noise` is 1."""
    y, x = np.mgrid[0:size, 0:size] / size
    images = np.empty((n, size, size, 3))
    for image in images:
        horizon, phase, hue = rng.uniform(0.4, 0.65), rng.uniform(0, 6), rng.uniform(0, 1)
        image[:] = np.stack([0.45 + 0.4 * y + 0.2 * hue, 0.6 + 0.25 * y, 0.95 - 0.25 * hue * y], -1)
        hills = y > horizon - 0.14 * np.sin(5 * x + phase) - 0.05 * np.sin(17 * x + 2 * phase)
        image[hills] = (0.35, 0.38 + 0.1 * hue, 0.5)
        meadow = y > horizon + 0.12 + 0.05 * np.sin(3 * x - phase)
        image[meadow] = (np.array([0.3 + 0.3 * hue, 0.55, 0.25]) * (1.2 - 0.5 * y[..., None]))[meadow]
    texture = rng.normal(0, 0.04, images.shape)
    static = rng.uniform(0, 1, images.shape)
    return (np.clip((1 - noise) * (images + texture) + noise * static, 0, 1) * 255).astype(np.uint8)


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def make_run(
    path: Path,
    *,
    parts: tuple[str, ...] = ("samples", "weights", "scores", "training", "dissect", "edits"),
    generations: int = 1200,
    units: int = 64,
    size: int = 32,
    objectives: tuple[str, ...] = OBJECTIVES,
) -> Path:
    """Write a run with the given parts and return its path."""
    config = {"schema": 1, "data": "/home/ada/photos.zip", "classes": ["forest", "sea"], "image_size": size}
    write(path / "config.json", config | {"objectives": list(objectives), "gamma": 0.02, "out": "runs"})
    write(path / "environment.json", {"ganatomy": "0.1.0", "torch": "2.13.0", "cuda": None})
    if "samples" in parts:
        write_samples(path, generations, size)
    if "weights" in parts:
        write_weights(path)
    if "scores" in parts:
        write_scores(path, generations)
    if "training" in parts:
        write_training(path, generations, objectives)
    if "dissect" in parts:
        for index, layer in enumerate(("layer2", "layer3")):
            write_layer(path, layer, units, size, seed=index)
    if "edits" in parts:
        write_edit(path, "0001-layer3-ablate-tree", "tree", size)
    return path


def write_samples(path: Path, generations: int, size: int, count: int = 30) -> None:
    (path / "samples").mkdir(parents=True)
    index = []
    for share in np.linspace(0, 1, count) if generations > 1 else (1.0,):
        generation = int(share * generations)
        name = f"gen-{generation:06d}.png"
        images = landscapes(np.random.default_rng(5), 48, size, noise=0.9 * (1 - share) ** 4)
        image_grid(images, 8).save(path / "samples" / name)
        index.append({"generation": generation, "kimg": generation * 0.032, "seconds": 5.2 * generation, "file": name})
    write(path / "samples" / "index.json", index)


def write_training(path: Path, generations: int, objectives: tuple[str, ...] = OBJECTIVES) -> None:
    rng = np.random.default_rng(1)
    metrics, lineage = [], []
    for generation in range(1, generations + 1):
        share = generation / generations
        children = [
            {
                "generation": generation,
                "child": child,
                "parent": 0,
                "objective": objective,
                "quality": (quality := 0.42 - 0.2 * share + 0.02 * child + float(rng.normal(0, 0.04))),
                "diversity": (diversity := len(objectives[1:]) * (share - 0.1 * child + float(rng.normal(0, 0.2)))),
                "fitness": quality + 0.1 * diversity,
                "survived": False,
            }
            for child, objective in enumerate(objectives)
        ]
        best = max(children, key=lambda c: c["fitness"])
        best["survived"] = True
        lineage += children
        if generation % 10 == 0 or generation == generations:
            scores = {key: best[key] for key in ("quality", "diversity", "fitness")}
            place = {"generation": generation, "kimg": generation * 0.032, "seconds": 5.2 * generation}
            d_real, d_generated = 0.6 + 0.15 * share + rng.normal(0, 0.02), 0.4 - 0.15 * share + rng.normal(0, 0.02)
            outputs = {"d_loss": 1.2 - 0.4 * share, "d_real": d_real, "d_generated": d_generated}
            outputs |= {"d_accuracy": 0.5 + 0.4 * share, "sample_distance": 0.6 + 0.3 * share}
            metrics.append(place | scores | outputs | {"survivors": {best["objective"]: 10}})
    write_lines(path / "metrics.jsonl", metrics)
    write_lines(path / "lineage.jsonl", lineage)


def write_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def write_weights(path: Path) -> None:
    """Write the weights of an untrained generator of 32 px."""
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4))
    initialise(generator, torch.Generator().manual_seed(0))
    for parameter in generator.parameters():
        parameter.data.mul_(20)
    save_generator(Run(path), "ema", generator)


def score_line(generation: int, values: dict[str, float | None], **protocol: Any) -> dict[str, Any]:
    """Return a line of scores.jsonl."""
    known = {"extractor": "resnet56", "fingerprint": "ab", "num_generated": 2000, "num_real": 300}
    place = {"generation": generation, "kimg": generation * 0.032, "seconds": 5.2 * generation}
    return place | {"values": values, "protocol": known | {"weights": "ema", "seed": 0} | protocol}


def write_scores(path: Path, generations: int) -> None:
    """Write scores of training, best at the second last, those of a command, and two warnings."""
    moments = sorted({generations * share // 5 or 1 for share in range(1, 6)})
    shares = [abs(index - len(moments) + 2) / 10 for index in range(len(moments))]
    lines = [
        score_line(moment, {"fd": 30 + 100 * s, "precision": 0.7 - s})
        for moment, s in zip(moments, shares, strict=True)
    ]
    write_lines(path / "scores.jsonl", lines)
    warned = [{"generation": g, "seconds": 5.2 * g, "warning": f"sign {g} of <b>trouble</b>"} for g in moments[:2]]
    write_lines(path / "warnings.jsonl", warned)
    protocol = Protocol("resnet56", "ab", "none", "photos", "cd", "train", 32, 300, 2000)
    record_scores(Run(path), "ef", [Score("fd", 31.25, 30.5, 32.0, 0.95, protocol)])


def make_points(path: Path, moments: int = 12, mixture: str = "8gaussians") -> Path:
    """Write a run of points that come nearer to the mixture, and return its path."""
    write(path / "config.json", {"schema": 1, "data": mixture, "image_size": 64, "objectives": ["minimax"], "seed": 0})
    (path / "samples").mkdir()
    target = sample(mixture, 500, torch.Generator().manual_seed(0)).numpy()
    index = []
    for moment in range(1, moments + 1):
        name = f"gen-{moment:06d}.npz"
        np.savez_compressed(path / "samples" / name, points=target * (1 + moments / moment / 10))
        index.append({"generation": moment, "kimg": 0.064 * moment, "seconds": 1.5 * moment, "file": name})
    write(path / "samples" / "index.json", index)
    return path


def write_layer(path: Path, layer: str, units: int, size: int, seed: int, cards: int | None = None) -> None:
    """Write a dissected layer; cards for the first `cards` units, for all by default."""
    rng = np.random.default_rng(seed)
    entries = []
    for unit in range(units):
        entries.append(unit_entry(unit, int(rng.choice(len(CONCEPTS), p=np.array(AREAS) / sum(AREAS))), rng))
        if cards is None or unit < cards:
            write_card(path / "dissect" / layer / entries[-1]["card"], size, unit)
    ranking = {
        concept: sorted(
            ({"unit": e["unit"], "iou": e["iou"]} for e in entries if e["concept"] == concept),
            key=lambda e: -e["iou"],
        )
        for concept in CONCEPTS
    }
    interpretable = sum(e["interpretable"] for e in entries)
    concepts = len({e["concept"] for e in entries if e["interpretable"]})
    record = {
        "schema": 2, "layer": layer, "num_images": 1000, "image_size": size, "grid": [8, 8], "segmenter": "scenes",
        "fingerprint": "scenes-4be1c3-64", "seed": 0, "profile": "paper", "concepts": list(CONCEPTS),
        "categories": list(CATEGORIES), "concept_area": list(AREAS), "interpretable": interpretable,
        "counts": {"paper": count(interpretable, concepts), "compat": count(interpretable - 1, concepts),
                   "pnas2020": count(interpretable + 2, concepts + 1)},
        "units": entries, "ranking": ranking,
    }  # fmt: skip
    write(path / "dissect" / layer / "units.json", record)


def unit_entry(unit: int, concept: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return a line of the unit table; where chance explains the IoU, it is place."""
    concept = concept or 1
    iou, null = float(rng.beta(2, 9)), float(rng.uniform(0.01, 0.08))
    interpretable, q = iou > 0.05, 0.001 if iou > 2 * null else 0.4
    return {
        "unit": unit, "concept": CONCEPTS[concept], "category": CATEGORIES[concept], "iou": iou,
        "iou_interval": [0.8 * iou, 1.2 * iou], "iqr": iou / 3, "threshold": 1.5, "level": 0.01, "shuffled_iou": null,
        "shifted_iou": null / 2, "z": 10 * (iou - null), "q": q, "interpretable": interpretable,
        "explained_by": "place" if interpretable and q > 0.05 else None,
        "top": [{"sample": 3, "activation": 2.5}] * 8, "card": f"cards/unit-{unit:03d}.png",
    }  # fmt: skip


def count(interpretable: int, concepts: int) -> dict[str, Any]:
    """Return how many units are interpretable by some rules, with intervals."""
    return {
        "interpretable": interpretable, "interpretable_interval": [interpretable - 2.0, interpretable + 2.5],
        "concepts": concepts, "concepts_interval": [concepts - 1.0, concepts + 1.0],
    }  # fmt: skip


def write_card(path: Path, size: int, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    strip = image_grid(landscapes(rng, 8, size, noise=0.0), 8)
    draw = ImageDraw.Draw(strip)
    for index in range(8):
        x, y = index * (size + 2) + int(rng.integers(2, size // 2)), int(rng.integers(2, size // 2))
        draw.ellipse((x, y, x + size // 3, y + size // 3), outline=(255, 214, 0))
    strip.save(path)


def write_edit(path: Path, name: str, concept: str, size: int) -> None:
    folder = path / "edits" / name
    folder.mkdir(parents=True)
    for index, file in enumerate(("before.png", "after.png", "after-random.png")):
        image_grid(landscapes(np.random.default_rng(index % 2), 24, size, noise=0.0), 6).save(folder / file)
    rng = np.random.default_rng(2)
    effects = []
    for other, area in zip(CONCEPTS, AREAS, strict=True):
        kept = 0.23 if other == concept else float(rng.uniform(0.75, 1.35))
        random_kept = float(rng.uniform(0.92, 1.05))
        effects.append({
            "concept": other, "area_before": area, "area_after": area * kept, "kept": kept,
            "interval": [kept * 0.9, kept * 1.1], "random_area_after": area * random_kept,
            "random_kept": random_kept, "random_interval": [random_kept - 0.04, random_kept + 0.04],
        })  # fmt: skip
    effects.append({"concept": "boat", "area_before": 0.0, "area_after": 0.0, "kept": None, "interval": None,
                    "random_area_after": 0.0, "random_kept": None, "random_interval": None})  # fmt: skip
    record = {
        "schema": 1, "layer": "layer3", "concept": concept, "units": list(range(20)), "value": 0.0, "strength": 1.0,
        "region": None, "num_images": 200, "segmenter": "scenes", "fingerprint": "scenes-4be1c3-64",
        "effects": effects, "random_units": list(range(30, 50)),
        "random_sets": [list(range(30, 50)), list(range(40, 60))],
        "shown": {"samples": [1, 4], "rule": "the first samples"},
        "before": "before.png", "after": "after.png", "after_random": "after-random.png",
    }  # fmt: skip
    write(folder / "effects.json", record)
