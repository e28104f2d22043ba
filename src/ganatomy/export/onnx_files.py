"""Graphs of a generator, whole or in two parts, each run by onnxruntime and held against torch before it is kept."""

import copy
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganatomy.config.export import Precision
from ganatomy.errors import ConfigError
from ganatomy.export.checking import Tolerance, check, in_batches
from ganatomy.export.onnx_graph import Running, Traced, fold, graph_of, require_onnx, with_blend, with_half_weights
from ganatomy.export.opened import Opened
from ganatomy.hooks import split
from ganatomy.runs.files import replacing
from ganatomy.runs.records.exports import CheckRow
from ganatomy.seeds import stream

WHOLE, LOWER, UPPER = "generator.onnx", "lower.onnx", "upper.onnx"
TOLERANCE = Tolerance(fp32=1e-4, fp16=1e-2)


def write_onnx(folder: Path, opened: Opened, precision: Precision, split_at: str | None = None) -> list[CheckRow]:
    """Write the graphs of a generator and return how exactly they give what torch gives.

    Args:
        folder: where to; it is there.
        opened: the generator.
        precision: in which weights are kept; latents and images are float32 in both, and so is what is computed.
        split_at: the layer to divide it at; None leaves it whole.

    Raises:
        MissingExtra: packages that write and run graphs are not installed.
        ConfigError: the generator cannot be written as a graph, what was written gives other images, or it is to be
            divided with an edit that its weights do not hold.
        LayerNotFound: there is no layer to divide at.
        LayerNotRun: that layer takes no part in generating images.
    """
    require_onnx()
    if split_at is None:
        return _write_whole(folder, opened, precision)
    if opened.blends:
        raise ConfigError(
            f"this edit has to be made at each pass ({opened.reason}), and such a generator is not divided; leave out "
            "--split-at or --edit: alpha and k of upper.onnx make edits themselves"
        )
    return _write_halves(folder, opened, precision, split_at)


def _write_whole(folder: Path, opened: Opened, precision: Precision) -> list[CheckRow]:
    traced = Traced(fold(copy.deepcopy(opened.generator)), opened.blends)
    model = graph_of(traced, {"z": opened.z}, "images", _name(opened))
    _keep_weights(precision, model)
    running = Running(model)
    row = _check("images", in_batches(lambda z: running(z=z), opened.z), opened.images, precision)
    _save(folder / WHOLE, model, opened)
    return [row]


def _write_halves(folder: Path, opened: Opened, precision: Precision, layer: str) -> list[CheckRow]:
    below, above = split(fold(copy.deepcopy(opened.generator)), layer)
    with torch.no_grad():
        features = below(opened.z)
    given = {"features": features, "z": opened.z}
    lower = graph_of(Traced(below), {"z": opened.z}, "features", _name(opened))
    upper = graph_of(Traced(above), given, "images", _name(opened))
    _keep_weights(precision, lower, upper)
    with_blend(upper, "features", features.shape[1:])
    rows = _check_halves(Running(lower), Running(upper), opened, (features, above), precision)
    _save(folder / LOWER, lower, opened)
    _save(folder / UPPER, upper, opened)
    return rows


def _check_halves(
    lower: Running, upper: Running, opened: Opened, torch_halves: tuple[Tensor, nn.Module], precision: Precision
) -> list[CheckRow]:
    """Compare the features; the images where alpha is 0; and those of alphas and k that broadcast in several ways."""
    features, above = torch_halves
    given = in_batches(lambda z: lower(z=z), opened.z)
    rows = [_check("features", given, features, precision)]
    off = torch.zeros(1, features.shape[1], *(1,) * (features.ndim - 2))
    images = in_batches(lambda z: upper(features=lower(z=z), alpha=off, k=off, z=z), opened.z)
    rows.append(_check("images of both parts", images, opened.images, precision))
    rng = stream(0, "export/alpha")
    for shape, other in ((features.shape, off.shape), (features[:1].shape, features.shape), (off.shape, off.shape)):
        alpha, value = torch.rand(shape, generator=rng), torch.rand(other, generator=rng) * features.abs().max()
        with torch.no_grad():
            wanted = above((1 - alpha) * features + alpha * value, opened.z)
        edited = upper(features=features, alpha=alpha, k=value, z=opened.z)
        rows.append(_check(f"images for alpha {tuple(shape)}, k {tuple(other)}", edited, wanted, precision))
    return rows


def _keep_weights(precision: Precision, *models: Any) -> None:
    for model in models if precision == "fp16" else ():
        with_half_weights(model)


def _check(of: str, given: Tensor, wanted: Tensor, precision: Precision) -> CheckRow:
    otherwise = "give --precision fp32" if precision == "fp16" else "give --format safetensors or module"
    return check(of, given, wanted, TOLERANCE.of(precision), otherwise)


def _save(path: Path, model: Any, opened: Opened) -> None:
    """Write a graph that says how latents are drawn and images are meant."""
    from onnx import helper

    generator = opened.generator
    told = {
        "z_dim": str(generator.z_dim),
        "latent": generator.latent,
        "image_range": "-1 to 1, RGB",
        "class_names": json.dumps(generator.class_names),
        "run": opened.run.path.resolve().name,
        "weights": opened.weights,
        "edit": "" if opened.edit is None else opened.edit.title,
    }
    helper.set_model_props(model, told)
    model.producer_name = "ganatomy"
    with replacing(path) as partial:
        partial.write_bytes(model.SerializeToString())


def _name(opened: Opened) -> str:
    return f"the generator of {opened.run.path}"
