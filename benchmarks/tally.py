"""Times what dissection adds to the networks: the fused tally beside other ways to count, and its share of a pass.

The case is that of GAN Dissection (arXiv 1811.10597): the 512 units of `layer4` of a Progressive GAN for 256 px, 8x8
cells, on a mask grid of 128x128 pixels, 64 labels present in each head, 100 thresholds a unit. The generator has random
weights; the masks are patches, as a segmenter's are. All take turns in one process, so that a busy machine slows
all of them; a time is the median of its rounds, with the least beside it, and the processor time of both threads.

- `ours`: the fused tally, which gives the counts of all thresholds: one head, one head with both nulls, five heads;
- `plain`: the same counts by torch alone, as on devices other than CPUs;
- `one-hot`: upsampling, comparing with one threshold and a matrix product with the labels, one-hot: one threshold;
- `official`: the order of the released code: one threshold, and for each label its mask, over the dense upsampled
  map, a cast to integers and a sum.

Activations are rounded to 1/64, so that interpolation is exact in any order, and all ways must give equal counts.
Then a pass over validation samples and as many test samples, which come with both nulls, through the parts that
`ganatomy dissect` is made of: seconds of the generator, the segmenter, the tally, and everything else. The tally must
take 45 ms an image or less for one head, and everything that is not a network less than 15 % of the networks' time.

`--precision` instead measures the segmenter under bfloat16: pixels and areas that change, and the time.

    python benchmarks/tally.py [--quick] [--json] [--segmenter-weights ADE20K]
    python benchmarks/tally.py --precision [--segmenter-weights ADE20K --images ZIP]
"""

import argparse
import contextlib
import io
import itertools
import json
import os
import statistics
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does, before torch is imported

import numba
import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from ganatomy.data.images import to_float
from ganatomy.data.scenes import render
from ganatomy.dissect.counting.levels import FRACTIONS, PilotValues
from ganatomy.dissect.counting.masks import LabelledPixels, MaskSource, to_grid
from ganatomy.dissect.counting.stream import segmented
from ganatomy.dissect.counting.tally import Tally
from ganatomy.dissect.latents import LatentSet
from ganatomy.hooks import record
from ganatomy.models.networks.progan import SHAPES, ProGanGenerator, ProGanShape, initialise_normal
from ganatomy.seeds import stream
from ganatomy.segment.areas import areas_of
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.networks.ade20k import CHUNK, AnySize, DeepLab, load_ade20k
from ganatomy.segment.protocol import Segmenter

LAYER, CELLS = "layer4", 8
STEP = 1 / 64
"""What activations are rounded to."""
AT = 66
"""The threshold of those who count at one: exceeded by the top hundredth of a unit's pixels."""
CHECKED_UNITS = 32
"""Units that all ways count before anything is timed."""
PILOT = 32
"""Images that thresholds are measured on."""
MOST_MS, MOST_SHARE = 45.0, 0.15
"""What is required: milliseconds an image for one head; share of the networks' time."""
INPUT_SIZE = 257
"""Pixels a side that the segmenter sees."""

T = TypeVar("T")
Way = tuple[str, str]
"""How something is counted, and of which masks."""


@dataclass(frozen=True)
class Case:
    """What is counted."""

    units: int = 512
    grid: int = 128
    labels: int = 64
    """Of each head."""
    images: int = 4


def featuremaps(case: Case, name: str, n: int) -> Tensor:
    """Return what `layer4` gives for `n` latents, (n, units, 8, 8), rounded."""
    generator = ProGanGenerator(ProGanShape(CELLS, (case.units,) * 4, case.units))
    initialise_normal(generator, stream(0, "benchmark/weights"))
    z = torch.randn(n, case.units, generator=stream(0, f"benchmark/{name}"))
    with torch.no_grad(), record(generator, [LAYER]) as recorded:
        generator(z)
    return (recorded[LAYER] / STEP).round() * STEP


def patches(case: Case, heads: int) -> Tensor:
    """Return masks (n, heads, grid, grid) of patches: pixels nearest to random points, of which each label has some."""
    rng, side = stream(0, "benchmark/masks"), torch.arange(case.grid, dtype=torch.float32)
    masks = []
    for _, head in itertools.product(range(case.images), range(heads)):
        row, column = (torch.rand(2, case.labels * 3 // 2, generator=rng) * case.grid)[..., None, None]
        nearest = ((side[:, None] - row).square() + (side - column).square()).argmin(0)
        label = torch.randint(case.labels, (len(row),), generator=rng)
        label[: case.labels] = torch.arange(case.labels)
        masks.append(label[nearest] + head * case.labels)
    return torch.stack(masks).view(case.images, heads, case.grid, case.grid)


class Bench:
    """A batch to be counted in every way."""

    def __init__(self, case: Case) -> None:
        self.case, self.grid = case, (case.grid, case.grid)
        self.maps = featuremaps(case, "counted", case.images)
        pilot = PilotValues(PILOT, self.grid, stream(0, "benchmark/pilot"))
        pilot.add(featuremaps(case, "pilot", PILOT))
        self.edges, self.samples = pilot.edges(), torch.arange(case.images)
        self.masks = {heads: patches(case, heads) for heads in (1, 5)}
        self.pixels = {
            "one head": self.label(self.masks[1], nulls=False),
            "one head, both nulls": self.label(self.masks[1], nulls=True),
            "five heads": self.label(self.masks[5], nulls=False),
        }

    def label(self, masks: Tensor, nulls: bool) -> LabelledPixels:
        """Return the masks as they are counted."""
        source = MaskSource(("object",) * (self.case.labels * masks.shape[1]), self.grid, 0, "benchmark", nulls)
        return source.label(masks, self.samples)

    def tally(self, plain: bool = False) -> Tally:
        """Return a tally that has counted nothing."""
        groups = self.pixels["one head"].groups.shape[1]
        return Tally(self.edges, self.grid, groups, plain=plain)

    def count(self, masks: str, plain: bool = False) -> Tally:
        """Return the counts of all thresholds."""
        tally = self.tally(plain)
        tally.add(self.maps, self.pixels[masks], self.samples)
        return tally

    def upsampled(self, image: int) -> Tensor:
        """Return where the units of an image exceed one threshold each, (u, grid, grid) bool."""
        up = F.interpolate(self.maps[image : image + 1], self.grid, mode="bilinear", align_corners=False)[0]
        return up > self.edges[:, AT, None, None]

    def one_hot(self) -> Tensor:
        """Return the pixels (u, labels) that a unit and a label share, as a matrix product."""
        counts = torch.zeros(self.case.units, self.case.labels)
        for image in range(self.case.images):
            shown = F.one_hot(self.masks[1][image].flatten(), self.case.labels).float()
            counts += self.upsampled(image).flatten(1).float() @ shown
        return counts.long()

    def official(self, images: int) -> Tensor:
        """Return the same for some images, label by label."""
        counts = torch.zeros(self.case.units, self.case.labels, dtype=torch.int64)
        for image in range(images):
            active, mask = self.upsampled(image), self.masks[1][image, 0]
            for label in torch.unique(mask).tolist():
                both = active & (mask == label)
                counts[:, label] += both.flatten(1).int().sum(1)
        return counts

    def check(self) -> None:
        """Raise unless all ways of counting give the same."""
        for name in self.pixels:
            ours, plain = self.count(name), self.count(name, plain=True)
            same = torch.equal(ours.joint.counts, plain.joint.counts)
            if not (same and torch.equal(ours.joint.active, plain.joint.active)):
                raise SystemExit(f"the fused and the plain tally differ: {name}")
            if name == "one head":
                self.check_at_one(ours)

    def check_at_one(self, ours: Tally) -> None:
        """Raise unless the product and the order of the released code give what the tally has at one threshold."""
        counts = ours.joint.table(range(self.case.labels))[:, :, AT + 1 :].sum(2)
        if not torch.equal(self.one_hot(), counts) or not torch.equal(self.official(self.case.images), counts):
            raise SystemExit("the tally, the one-hot product and the official order differ at one threshold")


def take_turns(work: dict[T, Callable[[], object]], rounds: int, images: int) -> dict[T, dict[str, float]]:
    """Return milliseconds an image of each piece of work: the median, the least, and the least processor time."""
    wall: dict[T, list[float]] = {name: [] for name in work}
    processor: dict[T, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, run in work.items():
            start, cpu = time.perf_counter(), time.process_time()
            run()
            wall[name].append((time.perf_counter() - start) / images * 1e3)
            processor[name].append((time.process_time() - cpu) / images * 1e3)
    return {
        name: {"ms": statistics.median(wall[name]), "ms_least": min(wall[name]), "cpu_ms": min(processor[name])}
        for name in work
    }


def counting_rows(case: Case, rounds: int) -> list[dict[str, Any]]:
    """Return a row for each way of counting, all checked against each other."""
    # The slow ways count one image, and in every third round only; they are checked on fewer units, too
    bench, once = Bench(case), Bench(replace(case, images=1))
    Bench(replace(case, units=min(case.units, CHECKED_UNITS), images=2)).check()
    tallies = {masks: bench.tally() for masks in bench.pixels}

    def add(masks: str) -> Callable[[], object]:
        return lambda: tallies[masks].add(bench.maps, bench.pixels[masks], bench.samples)

    fast: dict[Way, Callable[[], object]] = {("ours", masks): add(masks) for masks in tallies}
    fast["one-hot", "one head"] = bench.one_hot
    for run in fast.values():
        run()
    slow: dict[Way, Callable[[], object]] = {
        ("plain", "one head"): lambda: once.count("one head", plain=True),
        ("official", "one head"): lambda: once.official(1),
    }
    times = take_turns(fast, rounds, case.images) | take_turns(slow, max(1, rounds // 3), 1)
    return [
        {"way": way, "masks": masks, "thresholds": len(FRACTIONS) if way in ("ours", "plain") else 1, **row}
        for (way, masks), row in times.items()
    ]


def random_segmenter(input_size: int = INPUT_SIZE) -> NetworkSegmenter:
    """Return a segmenter of the ADE20K one's shape that knows nothing."""
    network = DeepLab()
    rng = stream(0, "benchmark/segmenter")
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.zeros_(parameter)
        else:
            torch.nn.init.normal_(parameter, std=(2 / parameter[0].numel()) ** 0.5, generator=rng)
    network.requires_grad_(False).eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    concepts = tuple(f"concept {index}" for index in range(151))
    categories = ("other",) + ("object",) * 150
    return NetworkSegmenter("random", concepts, categories, "random", AnySize(network, input_size), CHUNK)


class Pass:
    """Validation samples and as many test samples, through the parts that a dissection is made of."""

    def __init__(self, generator: ProGanGenerator, segmenter: Segmenter, grid: int, batch: int, num: int) -> None:
        self.generator, self.segmenter, self.grid = generator, segmenter, (grid, grid)
        self.sets = {name: LatentSet(generator, 0, name, num) for name in ("validation", "test")}
        self.parts = [(name, samples) for name in self.sets for samples in torch.split(torch.arange(num), batch)]
        with torch.no_grad(), record(generator, [LAYER]) as recorded:
            generator(self.sets["validation"].take(torch.arange(min(num, batch))))
        values = PilotValues(min(num, batch), self.grid, stream(0, "benchmark/pass"))
        values.add(recorded[LAYER])
        self.edges, self.images = values.edges(), 2 * num
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Add the seconds of what is done to those of a part."""
        start = time.perf_counter()
        yield
        self.seconds[part] = self.seconds.get(part, 0.0) + time.perf_counter() - start

    def start(self) -> None:
        """Forget what was counted."""
        self.sources = {
            name: MaskSource(self.segmenter.categories, self.grid, 0, name, nulls=name == "test") for name in self.sets
        }
        groups = self.sources["test"].num_groups
        self.tallies = {name: Tally(self.edges, self.grid, groups) for name in self.sets}

    def count(self, name: str, labels: Tensor, maps: Tensor, samples: Tensor) -> None:
        """Count a batch of validation or test samples."""
        with self.timed("masks"):
            pixels = self.sources[name].label(to_grid(labels, self.grid), samples)
            if name == "test":
                areas_of(labels, len(self.segmenter.concepts))
        with self.timed("tally"):
            self.tallies[name].add(maps, pixels, samples)

    @torch.no_grad()
    def one_after_another(self) -> dict[str, float]:
        """Return milliseconds an image of each part, when nothing overlaps."""
        self.seconds = {}
        self.start()
        with self.timed("whole"):
            for name, samples in self.parts:
                with self.timed("generator"), record(self.generator, [LAYER]) as recorded:
                    images = self.generator(self.sets[name].take(samples))
                with self.timed("segmenter"):
                    labels = self.segmenter.segment(images)
                self.count(name, labels, recorded[LAYER], samples)
        return {part: seconds / self.images * 1e3 for part, seconds in self.seconds.items()}

    def overlapped(self) -> dict[str, float]:
        """Return milliseconds an image when the next batch is under way while one is counted, as in a dissection."""
        self.seconds = {}
        self.start()
        with self.timed("whole"):
            batches = segmented(
                self.generator,
                self.segmenter,
                [LAYER],
                ((self.sets[name], samples) for name, samples in self.parts),
            )
            for (name, _), batch in zip(self.parts, batches, strict=True):
                self.count(name, batch.labels, batch.featuremaps[LAYER], batch.samples)
        return {"overlapped": self.seconds["whole"] / self.images * 1e3}


def shares(passed: Pass, rounds: int, overlap: bool) -> dict[str, Any]:
    """Return milliseconds an image of the parts of a pass, medians, and what of it is not networks."""
    rows = []
    for _ in range(rounds):
        row = passed.one_after_another()
        rows.append(row | (passed.overlapped() if overlap else {}))
    ms = {part: statistics.median(row[part] for row in rows) for part in rows[0]}
    models = ms["generator"] + ms["segmenter"]
    return {
        "segmenter": passed.segmenter.name,
        "ms": ms,
        "tally_share_of_models": ms["tally"] / models,
        "share_of_models": (ms["whole"] - models) / models,
    }


def read_images(archive: Path, num: int, size: int) -> Tensor:
    """Return some images of a zip, evenly spaced, at `size` px, (num, 3, size, size) in [-1, 1]."""
    with zipfile.ZipFile(archive) as zipped:
        names = sorted(
            n for n in zipped.namelist() if n.lower().endswith((".jpg", ".jpeg", ".png")) and "mask" not in n
        )
        chosen = [names[index * len(names) // num] for index in range(num)]
        opened = [Image.open(io.BytesIO(zipped.read(name))).convert("RGB").resize((size, size)) for name in chosen]
    return to_float(np.stack([np.asarray(image) for image in opened]))


def precision_row(segmenter: Segmenter, images: Tensor, rounds: int) -> dict[str, float]:
    """Return what bfloat16 changes in the labels of images, and what it takes of the time."""

    def segment(bf16: bool) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            return segmenter.segment(images)

    exact, rounded = segment(False), segment(True)
    areas = [areas_of(labels, len(segmenter.concepts)) for labels in (exact, rounded)]
    work: dict[str, Callable[[], object]] = {"fp32": lambda: segment(False), "bf16": lambda: segment(True)}
    times = take_turns(work, rounds, len(images))
    return {
        "pixels_changed": (exact != rounded).double().mean().item(),
        "largest_area_change": float(np.abs(areas[1].mean(0) - areas[0].mean(0)).max()),
        "largest_area_change_of_an_image": float(np.abs(areas[1] - areas[0]).max()),
        "fp32_ms": times["fp32"]["ms"],
        "bf16_ms": times["bf16"]["ms"],
        "time_ratio": times["bf16"]["ms"] / times["fp32"]["ms"],
    }


def precision_rows(weights: Path | None, archive: Path | None, num: int, rounds: int) -> list[dict[str, Any]]:
    """Return a row for each input size: 129 and 257 px of the ADE20K segmenter, 128 and 256 of that of the scenes."""
    rows: list[dict[str, Any]] = []
    for size in (128, 256):
        images = read_images(archive, num, size) if archive else to_float(render(0, num, size)[0])
        segmenter = load_ade20k(weights, size + 1) if weights else load_segmenter("scenes")
        source = archive.name if archive else "scenes"
        measured = precision_row(segmenter, images, rounds)
        rows.append({"segmenter": segmenter.name, "images": source, "size": size + bool(weights), **measured})
    return rows


def show_counting(rows: Sequence[dict[str, Any]]) -> str:
    lines = [
        f"{'':<8} {'masks':<22}{'thresholds':>10}{'ms an image':>13}{'least':>9}{'processor':>11}{'times ours':>12}"
    ]
    for row in rows:
        times = f"{row['ms']:>13.1f}{row['ms_least']:>9.1f}{row['cpu_ms']:>11.1f}{row['ms'] / rows[0]['ms']:>12.1f}"
        lines.append(f"{row['way']:<8} {row['masks']:<22}{row['thresholds']:>10}{times}")
    return "\n".join(lines)


def show_pass(result: dict[str, Any]) -> str:
    ms = result["ms"]
    listed = ", ".join(f"{part} {ms[part]:.1f}" for part in ms)
    return (
        f"a pass, segmenter '{result['segmenter']}', ms an image: {listed}\n"
        f"of the networks' time: tally {result['tally_share_of_models']:.1%}, "
        f"everything that is not a network {result['share_of_models']:.1%} (required: less than {MOST_SHARE:.0%})"
    )


def show_precision(row: dict[str, Any]) -> str:
    return (
        f"{row['segmenter']} at {row['size']} px on {row['images']}: {row['pixels_changed']:.2%} of pixels change, a "
        f"concept's area by {row['largest_area_change']:.2%} of the pixels at most, in one image by "
        f"{row['largest_area_change_of_an_image']:.2%}; {row['fp32_ms']:.0f} ms an image, {row['bf16_ms']:.0f} under "
        f"bfloat16: {row['time_ratio']:.2f}"
    )


def measure(case: Case, shape: ProGanShape, weights: Path | None, quick: bool, rounds: int) -> dict[str, Any]:
    """Return all that is measured of the tally."""
    rows = counting_rows(case, 3 if quick else rounds)
    ms = {(row["way"], row["masks"]): row["ms"] for row in rows}
    generator = ProGanGenerator(shape).eval().requires_grad_(False)
    initialise_normal(generator, stream(0, "benchmark/weights"))
    generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    segmenter = load_ade20k(weights, INPUT_SIZE) if weights else random_segmenter()
    passed = Pass(generator, segmenter, case.grid, batch=4, num=4 if quick else 8)
    result = shares(passed, 1 if quick else max(3, rounds // 3), overlap=not quick)
    return {
        "tally_ms_per_image": ms["ours", "one head"],
        "tally_with_nulls_ms_per_image": ms["ours", "one head, both nulls"],
        "tally_five_heads_ms_per_image": ms["ours", "five heads"],
        "plain_ms_per_image": ms["plain", "one head"],
        "one_hot_ms_per_image": ms["one-hot", "one head"],
        "official_ms_per_image": ms["official", "one head"],
        "share_of_models": result["share_of_models"],
        "tally_share_of_models": result["tally_share_of_models"],
        "required_ms_per_image": MOST_MS,
        "required_share_of_models": MOST_SHARE,
        "rows": rows,
        "pass": result,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds, the slow ways once; within 50 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--segmenter-weights", type=Path, help="the ADE20K weights; without them, random ones")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--precision", action="store_true", help="measure the segmenter under bfloat16")
    parser.add_argument("--images", type=Path, help="with --precision, a zip of images; without it, rendered scenes")
    parser.add_argument("--num-images", type=int, default=16, help="of --precision")
    arguments = parser.parse_args()
    weights = arguments.segmenter_weights
    where = {
        "threads": torch.get_num_threads(),
        "kernel_threads": numba.get_num_threads(),
        "torch": torch.__version__,
        "load_average_before": round(os.getloadavg()[0], 2),  # times taken beside other work compare ill
    }
    if arguments.precision:
        rounds = 1 if arguments.quick else 3
        rows = precision_rows(weights, arguments.images, arguments.num_images, rounds)
        print(json.dumps({**where, "rows": rows}, indent=1) if arguments.json else "\n".join(map(show_precision, rows)))
        return
    result = measure(Case(), SHAPES[256], weights, arguments.quick, arguments.rounds)
    if arguments.json:
        print(json.dumps({**where, **result}, indent=1))
        return
    print(f"{where['threads']} threads, torch {where['torch']}, load {where['load_average_before']}")
    print(show_counting(result["rows"]))
    print(f"required of ours, one head: at most {MOST_MS:.0f} ms an image")
    print(show_pass(result["pass"]))


if __name__ == "__main__":
    main()
