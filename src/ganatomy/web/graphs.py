"""The parts of a generator as the page runs them: graphs of ONNX beside their weights, packed, and held against torch.

A graph is kept without its large weights; the page gives them to ONNX Runtime as a file of their own, in float32. How
many bits a weight has is tried out: the fewest with which images differ from the generator's by no more than allowed.
"""

import copy
import gzip
import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.export.onnx_graph import Running, Traced, graph_of
from ganatomy.hooks import split
from ganatomy.runs.records.exports import CheckRow
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.protocol import Segmenter
from ganatomy.web.layer import PaintedLayer
from ganatomy.web.packing import Packed, pack, unpack

WHOLE = 32
"""Bits of weights that stay in the graph as they are."""
BITS = (10, 11, 12, 14, 16, WHOLE)
"""Bits a weight may have, those first that are tried first."""
STEP = 2 / 255
"""One grey level of an image in [-1, 1]."""
IMAGES, LABELS = 1.5 * STEP, 0.005
"""What images may differ by, and the part of the pixels that may be labelled otherwise."""
SMALLEST = 512
"""Numbers of a tensor from which on it is packed; smaller ones stay in the graph as they are."""
SEGMENTER = 4_000_000
"""Weights of a segmenter that still goes into the page."""


@dataclass(frozen=True, eq=False)
class Part:
    """A graph whose large weights are packed."""

    model: Any
    """The graph, an `onnx.ModelProto`; its packed weights stand for themselves no more."""
    packed: Mapping[str, Packed]
    """By the name of the tensor."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The graphs of a page by name: `lower`, `upper` and, where it has one, `segmenter`."""

    parts: Mapping[str, Part]
    checks: tuple[CheckRow, ...]
    """How exactly they give what torch gives."""


def parts_of(painted: PaintedLayer, z: Tensor, name: str) -> Parts:
    """Return the graphs of a generator that is painted in, and of its segmenter where that fits into a page.

    Args:
        painted: the layer.
        z: latents (n, z_dim), two or more, to compare on.
        name: what to call the generator in a message.

    Raises:
        ConfigError: it cannot be written as graphs, or they give other images at any number of bits.
        LayerError: the layer is no module of the generator.
    """
    generator, segmenter = painted.generator, painted.segmenter
    below, above = split(generator, painted.layer)  # unfolded: kernels of 3 x 3 are kept, and folded by the runtime
    with torch.no_grad():
        features, images = below(z), generator(z)
    lower = graph_of(Traced(below), {"z": z}, "features", name)
    upper = graph_of(Traced(above), {"features": features, "z": z}, "images", name)
    halves, row = _packed_halves(lower, upper, z, images)
    if not goes_into_page(segmenter):
        return Parts(halves, (row,))
    assert isinstance(segmenter, NetworkSegmenter)
    logits = graph_of(Traced(segmenter.network), {"images": images}, "logits", f"the segmenter {segmenter.name}")
    told, labels = _packed_segmenter(logits, images, segmenter)
    return Parts({**halves, "segmenter": told}, (row, labels))


def goes_into_page(segmenter: Segmenter) -> bool:
    """Return whether a segmenter is one network of moderate size that names the best concept of each pixel."""
    return (
        isinstance(segmenter, NetworkSegmenter)
        and segmenter.threshold is None
        and sum(weight.numel() for weight in segmenter.network.parameters()) <= SEGMENTER
    )


def container(parts: Parts) -> bytes:
    """Return all graphs as one file, gzip: the length of the header, the header in JSON, and what it points at."""
    body, header = bytearray(), {}

    def put(content: bytes) -> list[int]:
        start = len(body)
        body.extend(content)
        return [start, len(content)]

    for name, part in parts.parts.items():
        tensors, start = [], 0
        for one in part.packed.values():
            told = {"shape": one.shape, "axis": one.axis, "bits": one.bits, "start": start}
            tensors.append({**told, "scale": put(one.scale.astype("<f4").tobytes()), "planes": put(one.planes)})
            start += int(np.prod(one.shape))
        header[name] = {"model": put(part.model.SerializeToString()), "numbers": start, "tensors": tensors}
    told_bytes = json.dumps(header, separators=(",", ":")).encode()
    return gzip.compress(struct.pack("<I", len(told_bytes)) + told_bytes + bytes(body), 9, mtime=0)


def _packed_halves(lower: Any, upper: Any, z: Tensor, images: Tensor) -> tuple[dict[str, Part], CheckRow]:
    """Return both halves with the fewest bits that are enough, and how far their images are off.

    Raises:
        ConfigError: none are.
    """
    difference = float("nan")
    for bits in BITS:
        halves = [_packed(model, bits) for model in (lower, upper)]
        below, above = (Running(_restored(model, packed)) for model, packed in halves)
        difference = float((above(features=below(z=z), z=z) - images).abs().max())
        if difference <= IMAGES:
            row = CheckRow(f"images of weights of {bits} bits", difference, IMAGES, len(z))
            return dict(zip(("lower", "upper"), (_part(*half) for half in halves), strict=True)), row
    raise ConfigError(
        f"images of weights of {WHOLE} bits differ from the original's by up to {difference:.2g}, and may by "
        f"{IMAGES:.2g}; give --format onnx or safetensors"
    )


def _packed_segmenter(model: Any, images: Tensor, segmenter: NetworkSegmenter) -> tuple[Part, CheckRow]:
    """Return the segmenter with the fewest bits that are enough, and the part of the pixels it labels otherwise.

    Raises:
        ConfigError: none are.
    """
    wanted, other = segmenter.segment(images)[:, 0], float("nan")
    for bits in BITS:
        packed = _packed(model, bits)
        labels = Running(_restored(*packed))(images=images).argmax(1)
        other = float((labels != wanted).float().mean())
        if other <= LABELS:
            return _part(*packed), CheckRow(f"labels, weights of {bits} bits", other, LABELS, len(images))
    raise ConfigError(
        f"the segmenter {segmenter.name} with weights of {WHOLE} bits labels {other:.2g} of the pixels otherwise, "
        f"and may {LABELS:g}; give --format onnx or safetensors"
    )


def _packed(model: Any, bits: int) -> tuple[Any, dict[str, Packed]]:
    """Return a graph with its large weights packed, none where they are to stay as they are."""
    from onnx import numpy_helper

    if bits == WHOLE:
        return model, {}
    large = ((one.name, numpy_helper.to_array(one)) for one in _large(model))
    return model, {name: pack(weights, bits) for name, weights in large}


def _restored(model: Any, packed: Mapping[str, Packed]) -> Any:
    """Return a copy of a graph with the weights that packed ones stand for."""
    from onnx import numpy_helper

    restored = copy.deepcopy(model)
    for one in restored.graph.initializer:
        if one.name in packed:
            one.CopyFrom(numpy_helper.from_array(unpack(packed[one.name]), one.name))
    return restored


def _part(model: Any, packed: Mapping[str, Packed]) -> Part:
    """Return a graph that finds its large weights in a file `weights`, one after another."""
    from onnx import TensorProto

    bare, start = copy.deepcopy(model), 0
    for one in bare.graph.initializer:
        if one.name not in packed:
            continue
        length = 4 * int(np.prod(packed[one.name].shape))
        one.ClearField("raw_data")
        one.ClearField("float_data")
        one.data_location = TensorProto.EXTERNAL
        for key, value in (("location", "weights"), ("offset", start), ("length", length)):
            one.external_data.add(key=key, value=str(value))
        start += length
    return Part(bare, packed)


def _large(model: Any) -> Iterable[Any]:
    from onnx import TensorProto

    return (
        one
        for one in model.graph.initializer
        if one.data_type == TensorProto.FLOAT and len(one.dims) > 1 and int(np.prod(one.dims)) >= SMALLEST
    )
