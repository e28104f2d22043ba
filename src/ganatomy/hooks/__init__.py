"""Finds, records, edits and splits at the layers of any `nn.Module`.

A layer is named by its dotted module path (`layer4`, `blocks.2.conv`); of one that returns several tensors, brackets
choose one: `attention[0]`, `block[hidden]`. No model has to be changed to be opened up: hooks are attached on
entry and detached on exit, whatever happens in between.
"""

from ganatomy.hooks.edits import Edit, edit
from ganatomy.hooks.featuremaps import featuremaps_of, usual_layers
from ganatomy.hooks.kept import Kept
from ganatomy.hooks.layers import find_layer
from ganatomy.hooks.recording import Recording, record, run_up_to
from ganatomy.hooks.split import split
from ganatomy.hooks.tokens import on_tokens

__all__ = [
    "Edit",
    "Kept",
    "Recording",
    "edit",
    "featuremaps_of",
    "find_layer",
    "on_tokens",
    "record",
    "run_up_to",
    "split",
    "usual_layers",
]
