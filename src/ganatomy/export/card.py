"""`README.md` of an export: a model card of what is known, in the form that the Hugging Face hub reads."""

import json
from pathlib import Path

import ganatomy
from ganatomy.export import module_file, onnx_files
from ganatomy.export.card_figures import figures
from ganatomy.export.module_file import LATENTS
from ganatomy.export.opened import Opened
from ganatomy.export.text import plain, published
from ganatomy.runs.manifest import open_manifest
from ganatomy.runs.records.exports import CheckRow, ExportRecord
from ganatomy.tables import markdown_table

LIBRARIES = {"safetensors": "ganatomy", "onnx": "onnx", "module": "pytorch", "web": "onnx"}
"""What the hub calls the library that opens a format."""

OPENED = {
    "safetensors": """import torch
import ganatomy as ga

generator = ga.load(".")  # this folder, which every command of ganatomy takes as a run
images = generator(torch.randn(4, {entries}))""",
    "module": """import torch
import {module}  # this folder is on the path

generator = {module}.load()
z = {module}.sample_latents(generator, 4, torch.Generator().manual_seed(0))
images = generator(z)""",
    "onnx": """import onnxruntime

session = onnxruntime.InferenceSession("{whole}")
images = session.run(None, {{"z": z}})[0]  # z is (n, {entries}) float32""",
}

PAGE = """Open `paint.html` in Chromium or Firefox, from disk or from any server; it fetches nothing. In it, concepts
are drawn into the generator's images and removed from them. It holds ONNX Runtime Web, by Microsoft, under the MIT
licence."""

DIVIDED = """import onnxruntime

lower = onnxruntime.InferenceSession("{lower}")
upper = onnxruntime.InferenceSession("{upper}")
features = lower.run(None, {{"z": z}})[0]  # z is (n, {entries}) float32
given = {{"features": features, "alpha": alpha, "k": k, "z": z}}
images = upper.run(None, {{one.name: given[one.name] for one in upper.get_inputs()}})[0]"""

ALPHA = """`{upper}` makes the images of (1 - alpha) features + alpha k, features being what `{layer}` gives. alpha and
k have the shape of the features, but may be 1 long in any dimension other than that of the units; where alpha is 0, the
image is the unedited one."""


def write_card(folder: Path, opened: Opened, record: ExportRecord) -> Path:
    """Write `README.md` into the folder of an export and return it.

    Args:
        folder: where to.
        opened: the generator.
        record: how it was exported.

    Raises:
        DataError: a record of the run is not what it should be.
        IncompatibleRun: a record of the run is no JSON.
    """
    path = folder / "README.md"
    path.write_text(card(opened, record), encoding="utf-8")
    return path


def card(opened: Opened, record: ExportRecord) -> str:
    """Return the model card."""
    parts = [
        _front_matter(record),
        f"# {plain(record.run)}",
        _what_it_is(opened, record),
        "## To open it",
        *_to_open(record, opened.z.shape[1]),
        _latents_and_images(record),
        "## Checked",
        "Against the original in PyTorch, on the same latents, before these files were put in place.",
        markdown_table(["what", "largest difference", "allowed", "samples"], map(_check_row, record.checks)),
        *_figures(opened, record),
        "## Licence",
        "Not chosen yet. Whoever publishes this fills in `license` at the top of this file, and makes sure of the "
        "rights in the training images; GANatomy does not know them.",
    ]
    return "\n\n".join(parts) + "\n"


def _front_matter(record: ExportRecord) -> str:
    tags = ["gan", "image-generation", "ganatomy", record.format]
    lines = [
        "---",
        f"library_name: {LIBRARIES[record.format]}",
        "license: other",
        "license_name: to-be-filled-in",
        "pipeline_tag: unconditional-image-generation",
        "tags:",
        *(f"- {tag}" for tag in dict.fromkeys(tags)),
        f"model_name: {json.dumps(record.run)}",
        "---",
    ]
    return "\n".join(lines)


def _what_it_is(opened: Opened, record: ExportRecord) -> str:
    manifest = open_manifest(opened.run)
    kind = getattr(opened.generator, "kind", None) or type(opened.generator).__name__
    count = sum(value.numel() for value in opened.generator.parameters())
    details = f", {published(manifest.origin.details)}" if manifest.origin.details else ""
    data = f"; trained on {Path(manifest.data.data).name}" if manifest.data else ""
    lines = [
        f"A generator of images of {record.image_size} px: {plain(kind)}, {count:,} parameters.",
        f"Origin: {plain(f'{manifest.origin.kind}{details}{data}')}.",
        f"Weights `{record.weights}` of the run, {record.precision}, written by GANatomy {ganatomy.__version__}.",
    ]
    metrics = opened.run.metrics()
    if metrics and "generation" in metrics[-1]:
        last = metrics[-1]
        images = f", {last['kimg']:,.0f} thousand images" if isinstance(last.get("kimg"), int | float) else ""
        lines.append(f"Its run was trained for {last['generation']:,} generations{images}.")
    if record.edit:
        way = "its weights hold the edit" if record.edit.way == "weights" else "the edit is made at each pass"
        lines.append(f"**Edited**: {plain(published(record.edit.title))}; {way}.")
    return "\n".join(lines)


def _to_open(record: ExportRecord, entries: int) -> list[str]:
    if record.format == "web":
        return [PAGE]
    text = DIVIDED if record.split_at else OPENED[record.format]
    code = text.format(
        entries=entries,
        module=module_file.CODE.removesuffix(".py"),
        whole=onnx_files.WHOLE,
        lower=onnx_files.LOWER,
        upper=onnx_files.UPPER,
    )
    alpha = [ALPHA.format(upper=onnx_files.UPPER, layer=record.split_at)] if record.split_at else []
    return [f"```python\n{code}\n```", *alpha]


def _latents_and_images(record: ExportRecord) -> str:
    classes = record.class_names
    behind = "" if classes is None else f", and behind them the number of one of {len(classes)} classes"
    if record.format == "web":
        return f"Images are {record.image_size} x {record.image_size} pixels, RGB."
    return (
        f"A latent has {record.z_dim} entries {LATENTS[record.latent]}{behind}. Images are (n, 3, {record.image_size}, "
        f"{record.image_size}) float32, RGB: -1 is black and 1 is white."
    )


def _check_row(row: CheckRow) -> list[str]:
    return [plain(row.of), f"{row.difference:.2g}", f"{row.tolerance:g}", str(row.num_images)]


def _figures(opened: Opened, record: ExportRecord) -> list[str]:
    def which(fingerprint: str) -> str:
        if fingerprint == record.generator:
            return "these weights" if record.edit is None else "these weights before the edit"
        return "other weights of the run"

    return figures(opened.run, which)
