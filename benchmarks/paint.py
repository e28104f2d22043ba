"""Milliseconds from a stroke to its picture: the real server in a process of its own, asked over HTTP by this one.

A round is a stroke (`image`), what is seen in it (`segment`), and here the bare upper part of the generator in one
thread (`upper`), so that a busy machine slows all three alike. `beside` is a stroke while another client asks for
segmentations without a pause: what is seen must not hold a picture up. Of each the median and the 95th percentile.

Required on two idle cores: strokes of a median of 16 ms at 64 px, 30 ms at 128 px and 400 ms of a Progressive GAN of
256 px; segmentation and areas within 60 ms at 64 px. The generator of 64 px is that of the package, the others are
untrained, which takes as long.

    python -m benchmarks.paint [--quick] [--json] [--strokes 200]

`--quick` measures the first alone.
"""

import argparse
import base64
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does, before torch is imported

import numpy as np
import torch

from ganatomy.config.paint import PaintConfig
from ganatomy.models.networks.dcgan import GENERATORS, Generator
from ganatomy.models.networks.progan import SHAPES, ProGanGenerator
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.runs.directory import create_run
from ganatomy.runs.packaged import packaged_run
from ganatomy.runs.weights import save_generator
from ganatomy.web.opening import open_layer, open_to_paint

CASES: dict[str, tuple[Callable[[], GeneratorNetwork] | None, str | None, float]] = {
    "64 px": (None, None, 16.0),
    "128 px": (lambda: Generator(GENERATORS["light"][128]), None, 30.0),
    "256 px, Progressive GAN": (lambda: ProGanGenerator(SHAPES[256]), "layer4", 400.0),
}
"""Generator (None for that of the package), layer (None for the usual one), required median in ms."""
SEEN_MS = 60.0
"""Required of segmentation and areas at 64 px."""
UNITS = 20
RADIUS = 1.5
"""Of the brush, in cells."""


class Client:
    """A page of the server, over one connection."""

    def __init__(self, link: str) -> None:
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?(\S+)", link)
        assert found is not None
        self._connection = http.client.HTTPConnection("127.0.0.1", int(found[1]))
        self._headers = {"Content-Type": "application/json"}
        self._connection.request("GET", f"/?{found[2]}")
        answer = self._connection.getresponse()
        answer.read()
        self._headers["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]

    def close(self) -> None:
        """Go away."""
        self._connection.close()

    def about(self) -> dict[str, Any]:
        """Return what the page knows."""
        found: dict[str, Any] = json.loads(self._ask("GET", "/api/about", None)[1])
        return found

    def post(self, path: str, edit: dict[str, Any]) -> float:
        """Return the milliseconds until an answer is there."""
        start = time.perf_counter()
        status, _ = self._ask("POST", path, json.dumps({"edit": edit}).encode())
        assert status == 200
        return 1e3 * (time.perf_counter() - start)

    def _ask(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


@contextmanager
def server(run: Path, layer: str | None) -> Iterator[str]:
    """Yield the link of a server in a process of its own."""
    words = [sys.executable, "-m", "ganatomy", "paint", str(run), "--value-images", "16"]
    words += [] if layer is None else ["--layer", layer]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines: list[str] = []
        try:
            for line in process.stderr:
                lines.append(line)
                if found := re.search(r"http://127\S+", line):
                    yield found[0]
                    break
            else:
                raise SystemExit(f"the server did not start: {''.join(lines)}")
        finally:
            process.terminate()


def edits(about: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """Yield edits of the first sample as a brush that moves over it draws them: each with all of the stroke so far."""
    height, width = about["cells"]
    rows, columns = np.mgrid[:height, :width]
    cells = np.zeros((height, width))
    for place in range(count):
        row, column = height * (0.5 + 0.3 * np.sin(place / 9)), width * (place % 40) / 40
        if place % 40 == 0:
            cells[:] = 0
        distance = np.hypot(rows + 0.5 - row, columns + 0.5 - column)
        cells = np.maximum(cells, np.clip(RADIUS + 0.5 - distance, 0, 1))
        stroke = {
            "mode": "draw",
            "concept": None,
            "units": list(range(min(UNITS, about["units"]))),
            "value": "insert_high",
            "strength": 0.9,
            "on": True,
            "cells": base64.b64encode((255 * cells).astype(np.uint8).tobytes()).decode(),
        }
        yield {
            "schema": 1,
            "sample": {"id": place // 40},
            "class": None,
            "layer": about["layer"],
            "strokes": [stroke],
        }


def bare_upper(run: Path, layer: str | None) -> Callable[[], float]:
    """Return what runs the part above the layer once, in one thread, and returns the milliseconds."""
    torch.set_num_threads(1)
    opened = open_to_paint(PaintConfig(run, layer, value_images=1))
    painted = open_layer(opened, opened.layer)
    one = painted.observed.take(torch.tensor([0]))

    @torch.no_grad()
    def upper() -> float:
        start = time.perf_counter()
        one.halves.above(one.featuremaps, one.kept)
        return 1e3 * (time.perf_counter() - start)

    return upper


@contextmanager
def segmenting(link: str, edit: dict[str, Any]) -> Iterator[None]:
    """Let another client ask for segmentations without a pause meanwhile."""
    stopped = threading.Event()

    def ask() -> None:
        with closing(Client(link)) as client, suppress(OSError, http.client.HTTPException):
            while not stopped.is_set():
                client.post("/api/segment", edit)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def measure(run: Path, layer: str | None, strokes: int) -> dict[str, Any]:
    """Return milliseconds of strokes, of what is seen in them, and of the bare upper part."""
    upper = bare_upper(run, layer)
    times: dict[str, list[float]] = {"image": [], "segment": [], "upper": [], "beside": []}
    with server(run, layer) as link, closing(Client(link)) as client:
        about = client.about()
        for edit in edits(about, strokes):
            times["image"].append(client.post("/api/image", edit))
            times["segment"].append(client.post("/api/segment", edit))
            times["upper"].append(upper())
        with segmenting(link, edit):
            times["beside"] += [client.post("/api/image", edit) for edit in edits(about, strokes // 4)]
    return {
        "image_size": about["image_size"],
        "layer": about["layer"],
        "strokes": strokes,
        **{name: {"median": float(np.median(ms)), "p95": float(np.percentile(ms, 95))} for name, ms in times.items()},
    }


def rows(names: Sequence[str], strokes: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each generator."""
    for name in names:
        made, layer, required = CASES[name]
        with tempfile.TemporaryDirectory() as folder:
            path = packaged_run().path
            if made is not None:
                run = create_run(Path(folder), "untrained", {"schema": 1, "data": "scenes"})
                save_generator(run, "ema", made())
                path = run.path
            yield {"generator": name, **measure(path, layer, strokes), "required": required}


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the generator of 64 px alone")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--strokes", type=int, default=200)
    arguments = parser.parse_args(words)
    found = list(rows([*CASES][:1] if arguments.quick else [*CASES], arguments.strokes))
    if arguments.json:
        load = os.getloadavg()[0]
        print(json.dumps({"cores": os.cpu_count(), "load": load, "segment_required": SEEN_MS, "rows": found}))
        return
    for row in found:
        print(f"{row['generator']}, {row['layer']} (required {row['required']:.0f} ms)")
        for name in ("image", "beside", "segment", "upper"):
            print(f"  {name:<8} median {row[name]['median']:6.1f} ms, 95 % {row[name]['p95']:6.1f} ms")


if __name__ == "__main__":
    main()
