"""From torch to graphs of ONNX: the one exporter, the blend before an upper half, and how graphs are run.

`torch.onnx.export(dynamo=True)` traces by `torch.export`; the older exporter, by TorchScript, fails at kernels that are
made from weights in a pass. What stands around a network (an edit, another range of values) is traced with it.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganatomy.errors import ConfigError, MissingExtra
from ganatomy.hooks import edit
from ganatomy.intervene.changes import Blend
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.networks.upsampling import UpsampledConv

OPSET = 18
LOUD = ("torch.onnx", "torch.onnx._internal.exporter._registration", "onnxscript", "onnx_ir")
"""Loggers of the exporter, which warn of packages that are not needed."""


class Traced(nn.Module):
    """A function from tensors to one tensor, as a network computes it under an edit.

    A network whose parts do not have the names that they have in it as a module, since something stands around it, is
    kept from the tracer's sight, which then finds its weights as constants without names.
    """

    def __init__(self, network: nn.Module, blends: Mapping[str, Blend] | None = None) -> None:
        super().__init__()
        self._hidden = (network,)
        if isinstance(network, LayeredGenerator | nn.Sequential):
            self.network = network
        self.blends = dict(blends or {})
        self.training = False

    def forward(self, *inputs: Tensor) -> Tensor:
        """Return what the network gives."""
        (network,) = self._hidden
        with edit(network, self.blends):
            result: Tensor = network(*inputs)
        return result


def require_onnx() -> None:
    """Return if the packages are there that write and run graphs.

    Raises:
        MissingExtra: one is not.
    """
    try:
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise MissingExtra(
            f"ONNX needs {error.name or 'onnx'}, which is not installed; `pip install 'ganatomy[onnx]'`"
        ) from None


def fold(network: nn.Module) -> nn.Module:
    """Put ordinary transposed convolutions in place of those whose kernel is made at each pass; return the network."""
    for name, part in network.named_children():
        if isinstance(part, UpsampledConv):
            network.register_module(name, part.folded())
        else:
            fold(part)
    return network


def graph_of(traced: Traced, inputs: Mapping[str, Tensor], output: str, what: str) -> Any:
    """Return a function as a graph, an `onnx.ModelProto`; the first dimension of all inputs is the number of samples.

    Inputs that the function has no use for are no inputs of the graph.

    Args:
        traced: the function.
        inputs: examples of two or more samples, by the names that the graph is to give them.
        output: its name for the output.
        what: what to call the function in a message.

    Raises:
        ConfigError: it cannot be written as a graph.
    """
    samples = torch.export.Dim("n", min=1)
    try:
        with quiet():
            program = torch.onnx.export(
                traced,
                tuple(inputs.values()),
                dynamo=True,
                dynamic_shapes=(tuple({0: samples} for _ in inputs),),
                input_names=list(inputs),
                output_names=[output],
                opset_version=OPSET,
                verbose=False,
            )
    except Exception as error:  # tracing runs code of all kinds, which raises anything at all
        reason = " ".join(str(error.__cause__ or error).split())[:200]
        raise ConfigError(f"{what} cannot be written as ONNX ({reason}); give --format safetensors or module") from None
    assert program is not None
    model = program.model_proto
    _drop_unused(model)
    return model


def with_blend(model: Any, features: str, shape: Sequence[int]) -> Any:
    """Return a graph that takes alpha and k beside featuremaps r, and goes on from (1 - alpha) r + alpha k.

    As ONNX broadcasts, alpha and k may be 1 in any dimension but that of the units.

    Args:
        model: the graph, changed in place; `features` is one of its inputs.
        features: the name of that input.
        shape: of the featuremaps of one sample, (u, h, w) or (u,).
    """
    from onnx import TensorProto, helper

    graph, blended = model.graph, f"{features}_blended"
    for node in graph.node:
        for place, name in enumerate(node.input):
            if name == features:
                node.input[place] = blended
    nodes = [
        helper.make_node("Sub", ["blend_one", "alpha"], ["blend_kept"]),
        helper.make_node("Mul", [features, "blend_kept"], ["blend_left"]),
        helper.make_node("Mul", ["alpha", "k"], ["blend_added"]),
        helper.make_node("Add", ["blend_left", "blend_added"], [blended]),
    ]
    for node in reversed(nodes):
        graph.node.insert(0, node)
    graph.initializer.append(helper.make_tensor("blend_one", TensorProto.FLOAT, [], [1.0]))
    units, *cells = shape
    for name in ("alpha", "k"):
        free = [f"{name}_{side}" for side, _ in zip("hw", cells, strict=False)]
        sizes = [f"{name}_n", units, *free]
        graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes))
    return model


def with_half_weights(model: Any) -> Any:
    """Return a graph, changed in place, whose weights are kept as float16 and cast to float32 before they are used.

    Differs: it computes in float32. In half precision squares of small numbers vanish, on which pixelwise
    normalisation stands, and runtimes without such kernels cast at every step anyway.
    """
    from onnx import TensorProto, helper, numpy_helper

    graph, casts = model.graph, []
    for place, tensor in enumerate(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or not tensor.dims:
            continue
        name = tensor.name
        values = numpy_helper.to_array(tensor)
        with np.errstate(over="ignore"):  # a weight that becomes infinite is found when images are compared
            half = values.astype(np.float16)
        graph.initializer[place].CopyFrom(numpy_helper.from_array(half, f"{name}_half"))
        casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        graph.node.insert(0, cast)
    return model


class Running:
    """A graph that runs by onnxruntime on the CPU."""

    def __init__(self, model: Any) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors alone
        options.intra_op_num_threads = torch.get_num_threads()
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self.inputs = tuple(one.name for one in self._session.get_inputs())

    def __call__(self, **given: Tensor) -> Tensor:
        """Return the output for inputs by name; those that the graph does not take are left out."""
        arrays: dict[str, NDArray[np.float32]] = {name: given[name].numpy() for name in self.inputs}
        return torch.from_numpy(self._session.run(None, arrays)[0])


@contextmanager
def quiet() -> Iterator[None]:
    """Keep back what the exporter warns and logs of, which no user can do anything about."""
    loggers = [logging.getLogger(name) for name in LOUD]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _drop_unused(model: Any) -> None:
    read = {name for node in model.graph.node for name in node.input}
    for one in [one for one in model.graph.input if one.name not in read]:
        model.graph.input.remove(one)
