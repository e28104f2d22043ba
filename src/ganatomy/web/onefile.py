"""The paint app as one file of HTML that needs no server and no network: the page, ONNX Runtime Web, the generator.

The file lets nothing be fetched and no script run but its own. Texts of a run stand in it as JSON without a `<`.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from ganatomy.config.export import ExportConfig
from ganatomy.config.paint import PaintConfig
from ganatomy.export.onnx_graph import require_onnx
from ganatomy.export.opened import Opened
from ganatomy.export.session import WRITERS, Writer
from ganatomy.export.text import published
from ganatomy.runs.files import replacing
from ganatomy.runs.layout import PAINT_PAGE
from ganatomy.runs.records.exports import CheckRow
from ganatomy.web.about import Place, about_json, about_of, named_concepts
from ganatomy.web.assets import ASSETS
from ganatomy.web.bundle import bundle
from ganatomy.web.graphs import container, goes_into_page, parts_of
from ganatomy.web.layer import PaintedLayer, with_class
from ganatomy.web.opening import open_layer, open_to_paint
from ganatomy.web.units import agreements, row_of
from ganatomy.web.vendored import inline_bundle, wasm_gzip

SAMPLES = 64
"""Samples whose latents are in the file."""
UNNAMED = 255
"""The byte of a pixel of which no concept is named."""
STYLES = ("colours.css", "paint.css")
SERVED = '<script type="module" src="/static/main-server.js"></script>'
"""What stands in the page that the server gives, in place of the scripts."""


def write_onefile(folder: Path, opened: Opened, config: ExportConfig) -> list[CheckRow]:
    """Write `paint.html` of a generator and return how exactly it gives what torch gives.

    Args:
        folder: where to; it is there.
        opened: the generator.
        config: the run, which weights, and the layer to paint in.

    Raises:
        ConfigError: the generator cannot be written as graphs of ONNX, or they give other images.
        DataError: a record of the run is not what it should be.
        LayerError: there is no such layer, or nothing to paint in it.
        MissingExtra: packages that write and run graphs are not installed.
    """
    require_onnx()
    run = open_to_paint(PaintConfig(opened.run.path, layer=config.split_at, weights=opened.weights))
    painted = open_layer(run, run.layer)
    samples = min(SAMPLES, painted.latents.size)
    z = with_class(painted.generator, painted.latents.take(torch.arange(samples)), painted.of_class)
    parts = parts_of(painted, z, f"the generator of {opened.run.path}")
    name = opened.run.path.resolve().name
    place = Place(
        name,
        name,
        "page",
        notes=notes_of_page(tuple(map(published, run.notes_of(run.layer))), painted),
        samples=samples,
    )
    about = about_json(about_of(painted, place))
    if "segmenter" not in parts.parts:
        about["segmenter"] = None
    units = [told_of_unit(painted, unit) for unit in range(painted.units)]
    told = {"about": about, "latents": z.tolist(), "units": units, "labels": label_bytes(painted)}
    with replacing(folder / PAINT_PAGE) as partial:
        partial.write_text(onefile(name, told, container(parts)), encoding="utf-8")
    return list(parts.checks)


WITH_PAGE: Mapping[str, Writer] = {**WRITERS, "web": write_onefile}
"""What writes each format into a folder, the page among them."""


def onefile(title: str, told: Mapping[str, Any], model: bytes) -> str:
    """Return the page with everything in it.

    Args:
        title: of the run.
        told: what the page's engine reads: about, latents, units, labels.
        model: the container of graphs, gzip.
    """
    scripts = {"ort": inline_bundle(), "app": bundle("main-page.js")}
    hashes = " ".join(f"'sha256-{_digest(text)}'" for text in scripts.values())
    policy = (
        f"default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src {hashes} 'wasm-unsafe-eval'; "
        "base-uri 'none'; form-action 'none'"
    )
    page = ASSETS["index.html"].text()
    for name in STYLES:
        link = f'<link rel="stylesheet" href="/static/{name}">'
        page = _replaced(page, link, f"<style>{ASSETS[name].text()}</style>")
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    page = _replaced(page, "<title>", f"{head}\n<title>{_escaped(title)} · ")
    data = f'<script type="application/json" id="about">{_json(told)}</script>\n'
    data += "".join(
        f'<script type="application/octet-stream" id="{name}">{base64.b64encode(content).decode()}</script>\n'
        for name, content in (("wasm", wasm_gzip()), ("model", model))
    )
    modules = "".join(f'<script type="module">{text}</script>\n' for text in scripts.values())
    return _replaced(page, SERVED, data + modules)


def notes_of_page(notes: tuple[str, ...], painted: PaintedLayer) -> tuple[str, ...]:
    """Return what a person should know: of the run, and that a segmenter stays behind.

    Args:
        notes: of the run.
        painted: the layer, with its segmenter.
    """
    if not painted.segmenter.concepts or goes_into_page(painted.segmenter):
        return notes
    return (*notes, f"Areas of concepts are not told: the segmenter {painted.segmenter.name} is no one small network.")


def told_of_unit(painted: PaintedLayer, unit: int) -> dict[str, Any]:
    """Return what the page cannot find out of a unit itself: what the dissection says."""
    row = row_of(painted, unit)
    return {
        "threshold": None if row is None else row.threshold,
        "concepts": [asdict(one) for one in agreements(painted, unit)],
    }


def label_bytes(painted: PaintedLayer) -> list[int]:
    """Return the byte of each concept that the segmenter names, in its own order."""
    bytes_of = {name: place for place, name in enumerate(named_concepts(painted))}
    return [bytes_of.get(name, UNNAMED) for name in painted.segmenter.concepts]


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _replaced(page: str, old: str, new: str) -> str:
    assert page.count(old) == 1, f"{old} stands {page.count(old)} times in the page"
    return page.replace(old, new)
