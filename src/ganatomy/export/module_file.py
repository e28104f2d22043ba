"""A generator as one Python file and its weights, which need torch alone.

The file holds the source of the run's own network, word for word, with all that it needs of this package; a function
`load` that builds it and reads the weights; and what there is to say of latents and images.
"""

import inspect
import json
import pprint
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor, nn

import ganatomy
from ganatomy.config.export import Precision
from ganatomy.directions.generator import DirectedGenerator
from ganatomy.errors import ConfigError
from ganatomy.export.checking import Tolerance, check, images_of, in_batches
from ganatomy.export.opened import Opened
from ganatomy.export.source_code import Code, code_of
from ganatomy.intervene.changes import Blend
from ganatomy.models.adaptation import AdaptedGenerator
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.files import replacing
from ganatomy.runs.records.exports import CheckRow

CODE, WEIGHTS = "generator.py", "generator.pt"
TOLERANCE = Tolerance(fp32=1e-6, fp16=1e-2)

LATENTS = {"normal": "of normal numbers, N(0, 1)", "uniform": "of uniform numbers, U(-1, 1)"}

LOAD = '''
def load(path: Path | str = Path(__file__).with_name("{weights}"), device: str = "cpu") -> nn.Module:
    """Return the generator in evaluation mode: latents (n, {entries}) to images (n, 3, {size}, {size}) in [-1, 1].

    Args:
        path: the file of weights.
        device: where to put it.
    """
    saved = torch.load(path, map_location="cpu", weights_only=True)
    generator = {network}
    generator.load_state_dict({{name: v.float() if v.is_floating_point() else v for name, v in saved{part}.items()}})
{edits}    return generator.to(device).eval()
'''

EDITED = '''
def edited(kept: Tensor, added: Tensor) -> Any:
    """Return a hook that makes kept * r + added of what a layer gives, r."""

    def change(_part: nn.Module, _inputs: Any, r: Tensor) -> Tensor:
        return r * kept.to(r) + added.to(r)

    return change
'''

ATTACH = """    for name, (kept, added) in saved["edits"].items():
        generator.get_submodule(name).register_forward_hook(edited(kept, added))
"""


def write_module(folder: Path, opened: Opened, precision: Precision) -> list[CheckRow]:
    """Write the file and its weights, and return how exactly it gives the same images.

    Args:
        folder: where to; it is there.
        opened: the generator.
        precision: of the weights in the file; it computes in float32.

    Raises:
        ConfigError: the generator is none of this package's own, or its code needs more than torch; or what was written
            gives other images.
    """
    network, adapted = _network(opened)
    text = module_text(opened, network, adapted)
    compile(text, CODE, "exec")
    with replacing(folder / CODE) as partial:
        partial.write_text(text, encoding="utf-8")
    with replacing(folder / WEIGHTS) as partial:
        torch.save(_saved(opened, precision), partial)
    again: nn.Module = opened_again(folder).load()
    given = in_batches(lambda z: images_of(again, z), opened.z)
    otherwise = "give --precision fp32" if precision == "fp16" else "give --format onnx"
    return [check("images", given, opened.images, TOLERANCE.of(precision), otherwise)]


def module_text(opened: Opened, network: LayeredGenerator, adapted: AdaptedGenerator | None) -> str:
    """Return the Python file.

    Args:
        opened: the generator.
        network: its network.
        adapted: what converts the network's latents and images, where they are not as everywhere here.
    """
    roots: list[object] = [type(network), type(network.shape), sample_latents]
    code = code_of(roots if adapted is None else [*roots, AdaptedGenerator])
    return "\n\n".join(
        [
            f'"""{_about(opened)}"""\n\nfrom pathlib import Path\n{code.text.strip()}\n',
            f"SHAPE = {_shown(network.shape, code.names[1])}\n",
            *([EDITED.strip() + "\n"] if opened.blends else []),
            LOAD.strip().format(
                weights=WEIGHTS,
                entries=opened.z.shape[1],
                size=opened.generator.image_size,
                network=_built(code, adapted),
                part='["network"]' if opened.blends else "",
                edits=ATTACH if opened.blends else "",
            )
            + "\n",
        ]
    )


def opened_again(folder: Path) -> ModuleType:
    """Return the written file as a module, which is not kept among the imported ones."""
    loader = _Uncompiled("exported_generator", str(folder / CODE))
    module = ModuleType(loader.name)
    module.__file__ = loader.path
    loader.exec_module(module)
    return module


class _Uncompiled(SourceFileLoader):
    """Leaves no compiled copy beside the file."""

    def set_data(self, path: object, data: object, *, _mode: int = 0) -> None:
        """Write nothing."""


def _network(opened: Opened) -> tuple[LayeredGenerator, AdaptedGenerator | None]:
    """Return the network itself, and what stands around it."""
    generator: nn.Module = opened.generator
    if isinstance(generator, DirectedGenerator):
        if opened.blends:
            raise ConfigError(
                "the edit is one of directions of a layer, which a module cannot make; give --format onnx, or an edit "
                "of the layer's own units"
            )
        generator = generator.network
    adapted = generator if isinstance(generator, AdaptedGenerator) else None
    network = generator if adapted is None else adapted.module
    if not isinstance(network, LayeredGenerator):
        raise ConfigError(
            f"a module holds the code of the network, and {type(network).__name__} is none of GANatomy's own; give "
            "--format onnx, or safetensors"
        )
    return network, adapted


def _saved(opened: Opened, precision: Precision) -> object:
    """Return what the file of weights holds: those of the network, and what an edit makes of layers."""
    kept = torch.float16 if precision == "fp16" else torch.float32
    weights: dict[str, Tensor] = {
        name: value.to(kept) if value.is_floating_point() else value
        for name, value in opened.generator.state_dict().items()
    }
    if not opened.blends:
        return weights
    return {"network": weights, "edits": {layer: _constants(blend) for layer, blend in opened.blends.items()}}


def _constants(blend: Blend) -> tuple[Tensor, Tensor]:
    return (1 - blend.strength).contiguous(), blend.added.contiguous()


def _shown(shape: object, name: str) -> str:
    """Return an architecture as the call that makes it, a line for each field."""
    fields = "".join(
        f"    {field}={_literal(getattr(shape, field))},\n"
        for field in shape.__dataclass_fields__  # type: ignore[attr-defined]
    )
    return f"{name}(\n{fields})"


def _literal(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else pprint.pformat(value, width=100, compact=True)


def _built(code: Code, adapted: AdaptedGenerator | None) -> str:
    network = f"{code.names[0]}(SHAPE)"
    if adapted is None:
        return network
    given: Mapping[str, object] = {
        name: getattr(adapted, name) for name in inspect.signature(AdaptedGenerator).parameters if name != "module"
    }
    return (
        f"{code.names[3]}(\n        {network},\n"
        + "".join(f"        {k}={_literal(v)},\n" for k, v in given.items())
        + "    )"
    )


def _about(opened: Opened) -> str:
    """Return the docstring of the file."""
    generator = opened.generator
    entries, size = opened.z.shape[1], generator.image_size
    classes = generator.class_names
    lines = [
        f"A generator of images of {size} px, written by GANatomy {ganatomy.__version__}; it needs torch alone.",
        "",
        "    generator = load()",
        f"    z = sample_latents(generator, 4, torch.Generator().manual_seed(0))  # (4, {entries})",
        f"    images = generator(z)  # (4, 3, {size}, {size}) float32, RGB, -1 is black and 1 is white",
        "    pixels = ((images.clamp(-1, 1) + 1) * 127.5).round().byte()",
        "",
        f"A latent is a vector of {generator.z_dim} entries {LATENTS[generator.latent]}"
        + ("." if classes is None else f", and behind them the number of one of {len(classes)} classes."),
        f"Weights {_plain(opened.weights)} of the run {_plain(opened.run.path.resolve().name)}"
        + ("." if opened.edit is None else f", edited: {_plain(opened.edit.title)}."),
        "",
        "The code is GANatomy's, under the Apache License 2.0; the weights are those of whoever trained them.",
        "",
    ]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return text of the user's as it may stand in a docstring."""
    return " ".join(text.replace("\\", "/").replace('"', "'").split())
