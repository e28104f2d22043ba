"""What is exported: a run's generator, with an edit if one was asked for, and what it is to be held against."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.config.export import ExportConfig
from ganatomy.directions import open_generator
from ganatomy.export.checking import EDIT_TOLERANCE, check, images_of, in_batches, latents_of
from ganatomy.export.edits import RecordedEdit, changes_of, find_edit, with_edit
from ganatomy.hooks import edit
from ganatomy.intervene.changes import Blend, edits_of
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.runs.directory import Run
from ganatomy.runs.records.exports import CheckRow, EditRow
from ganatomy.runs.weights import load_image_generator


@dataclass(frozen=True, eq=False)
class Opened:
    """A run's generator, ready to be exported."""

    run: Run
    weights: str
    """Which of the run's."""
    original: GeneratorNetwork
    """As the run has it."""
    generator: GeneratorNetwork
    """The same, or with weights that hold the edit."""
    blends: Mapping[str, Blend]
    """By layer, what is left of the edit to be made at each pass."""
    reason: str
    """Why weights do not hold it, where they do not."""
    edit: RecordedEdit | None
    z: Tensor
    """Latents (n, z_dim) to compare on."""
    images: Tensor
    """What they are to give: the original's images, edited where there is an edit."""
    checks: tuple[CheckRow, ...]
    """How exactly generator and blends give these."""

    @property
    def fingerprint(self) -> str:
        """What tells the run's generator from others."""
        return fingerprint(self.original)

    @property
    def edit_row(self) -> EditRow | None:
        """The edit as it is recorded."""
        if self.edit is None:
            return None
        return EditRow(self.edit.path.name, self.edit.title, "graph" if self.blends else "weights")


def open_to_export(run: Run, config: ExportConfig) -> Opened:
    """Return a run's generator with the edit that was asked for, on the CPU.

    Raises:
        CheckpointError: the weights are missing or do not fit.
        IncompatibleRun: it makes points in the plane, or the edit was measured on other weights.
        ConfigError: there is no such edit, it is made in another place in each sample, or the generator with it gives
            other images than the edited one.
        LayerError: a layer that the edit changes is none of the generator's.
    """
    found = None if config.edit is None else find_edit(run, config.edit)
    if found is None:
        plain = load_image_generator(run, config.weights).requires_grad_(False)
        z = latents_of(plain)
        return Opened(
            run, config.weights, plain, plain, {}, "", None, z, in_batches(lambda z: images_of(plain, z), z), ()
        )
    original = open_generator(run, found.layers, config.weights).requires_grad_(False)
    z = latents_of(original)
    edited = with_edit(original, found, config.weights, z)
    generator = edited.generator
    with torch.no_grad(), edit(original, edits_of(changes_of(original, found, z))):
        wanted = in_batches(original, z)
    given = in_batches(lambda z: images_of(generator, z, edited.blends), z)
    row = check("edited images", given, wanted, EDIT_TOLERANCE, "measure the edit again")
    return Opened(
        run,
        config.weights,
        original,
        _as_generator(generator),
        edited.blends,
        edited.reason,
        found,
        z,
        wanted,
        (row,),
    )


def _as_generator(module: nn.Module) -> GeneratorNetwork:
    assert isinstance(module, GeneratorNetwork)
    return module
