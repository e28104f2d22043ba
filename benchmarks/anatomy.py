"""What a generator's units do, on a thousand samples: the experiments of docs/results.md in one go.

Run it as `python benchmarks/anatomy.py RUN --layer layer3 --segmenter scenes --ablate sky tree --insert door window`.
It dissects the layer of a copy of the run, ablates each concept's 20 best units, inserts those of others into single
cells by what is under them, finds causes by ACE and holds them against the ranking by IoU, looks for faults to
repair, and prints each as a table in Markdown; `--only` leaves some out. The copy is kept in `--out`, and what stands
there already of a dissection is not done again.
"""

import argparse
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ganatomy.cli.ace import ace
from ganatomy.cli.context import context
from ganatomy.cli.dissect import dissect
from ganatomy.cli.edit import edit
from ganatomy.cli.repair import repair
from ganatomy.config.ace import AceConfig
from ganatomy.config.context import ContextConfig
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.edit import EditConfig
from ganatomy.config.repair import RepairConfig
from ganatomy.progress import SILENT
from ganatomy.tables import cell

Asked = argparse.Namespace
TOP = 20
RANDOM_SETS = 2
CELLS = 4
"""Cells of each sample that units are inserted into."""


def dissected(asked: Asked) -> list[list[str]]:
    """Return a row of the layer's units."""
    chosen = {"segmenter": asked.segmenter, "segmenter_weights": asked.segmenter_weights}
    found = dissect(DissectConfig((asked.run,), (asked.layer,), num_images=asked.num_images, **chosen), SILENT)
    (layer,) = found["layers"]
    return [[str(layer[key]) for key in ("layer", "units", "interpretable")] + [cell(layer["concepts"])]]


def ablated(asked: Asked) -> list[list[str]]:
    """Return a row a concept: what is left of it without its units, and without random ones."""
    rows = []
    for concept in asked.ablate:
        arms = {"num_images": asked.num_images, "random_sets": RANDOM_SETS}
        settings = EditConfig(asked.run, asked.layer, (concept,), top=TOP, **arms)
        measured = edit(settings, SILENT)
        own: Any = next((row for row in measured["effects"] if row["concept"] == concept), None)
        rows.append([concept, f"{measured.get('labelled', '')}", *(_kept(own) if own else ["too little of it"])])
    return rows


def inserted(asked: Asked) -> list[list[str]]:
    """Return a row for each concept and what was under the cells: how often a cell becomes it."""
    settings = ContextConfig(asked.run, asked.layer, tuple(asked.insert), TOP, cells=CELLS, num_images=asked.num_images)
    rows = context(settings, SILENT)["contexts"]
    return [
        [
            row["concept"],
            row["under"],
            str(row["cells"]),
            _within(row["becomes"], row["becomes_interval"]),
            _within(row["around"], row["around_interval"]),
            _figure(row["random_becomes"]),
        ]
        for row in rows
    ]


def floors(asked: Asked) -> list[list[str]]:
    """Return a row a concept: what no ablation of its units removes."""
    settings = ContextConfig(asked.run, asked.layer, tuple(asked.ablate), TOP, cells=1, num_images=asked.num_images)
    rows = context(settings, SILENT)["floors"]
    return [
        [
            row["concept"],
            str(row["units"]),
            _within(row["kept"], row["interval"]),
            _within(row["ratio"], row["ratio_interval"]),
        ]
        for row in rows
    ]


def caused(asked: Asked) -> list[list[str]]:
    """Return a row for each concept and set of units: the average causal effect, and what is left without them."""
    settings = AceConfig(asked.run, asked.layer, tuple(asked.insert), num_images=asked.num_images // 2, curve_images=0)
    rows: Any = ace(settings, SILENT)["effects"]
    return [[str(row[key]) if isinstance(row[key], str) else _figure(row[key]) for key in row] for row in rows]


def repaired(asked: Asked) -> list[list[str]]:
    """Return the answer of a search for faults, and the held-out figures by both protocols."""
    found: Any = repair(RepairConfig(asked.run, asked.layer, num_images=asked.num_images), SILENT)
    held: Sequence[dict[str, Any]] = found.get("held_out", [])
    return [[found["answer"]], *([f"{key} {_figure(row[key])}" for key in row] for row in held)]


EXPERIMENTS: dict[str, Callable[[Asked], list[list[str]]]] = {
    "dissected": dissected,
    "ablated": ablated,
    "inserted": inserted,
    "floors": floors,
    "caused": caused,
    "repaired": repaired,
}


def _kept(row: dict[str, Any]) -> list[str]:
    return [f"{key} {_figure(value)}" for key, value in row.items() if key != "concept"]


def _within(value: float, interval: Sequence[float]) -> str:
    return f"{_figure(value)} ({_figure(interval)})"


def _figure(value: object) -> str:
    return " to ".join(map(cell, value)) if isinstance(value, list | tuple) else cell(value)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="the run directory, which stays as it is")
    parser.add_argument("--out", type=Path, default=Path("anatomy"), help="where the copy stands that is written to")
    parser.add_argument("--layer", default="layer3")
    parser.add_argument("--segmenter", default="scenes")
    parser.add_argument("--segmenter-weights", type=Path)
    parser.add_argument("--ablate", nargs="+", default=["sky", "tree", "building", "roof", "window", "door"])
    parser.add_argument("--insert", nargs="+", default=["door", "window", "tree"])
    parser.add_argument("--num-images", type=int, default=1000)
    parser.add_argument("--only", nargs="+", choices=list(EXPERIMENTS), default=list(EXPERIMENTS))
    asked = parser.parse_args(argv)
    if not asked.out.exists():
        shutil.copytree(asked.run, asked.out)
    asked.run = asked.out
    for name in asked.only:
        print(f"\n## {name}\n", flush=True)
        for row in EXPERIMENTS[name](asked):
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
