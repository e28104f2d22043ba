"""A generator in two at a layer: what lies below runs once a sample, what lies above goes on from it under changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from torch import Tensor, nn

from ganatomy.directions import Changing, PutBack, Read, split_at
from ganatomy.hooks import Edit, Kept, edit
from ganatomy.hooks.split import Lower, Upper
from ganatomy.intervene.changes import Change, edits_of


@dataclass(frozen=True, eq=False)
class Halves:
    """A generator in two at a layer, see `ganatomy.directions.split_at`."""

    generator: nn.Module
    """(n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode."""
    layer: str
    """Dotted module name."""

    @cached_property
    def parts(self) -> tuple[Lower | Read, Upper | PutBack | Changing]:
        """What is up to the layer, and what is after it."""
        return split_at(self.generator, self.layer)

    @property
    def saving(self) -> str:
        """What is known, once samples have been kept, of what lies below the layer: a sentence without an end."""
        upper = self.parts[1]
        below = f"what lies below layer '{self.layer}' runs"
        return (
            f"{below} again for each arm, since the generator cannot be split: {upper.why}"
            if upper.why
            else f"{below} once a sample"
        )

    def below(self, z: Tensor) -> Tensor:
        """Return the layer's featuremaps (n, u, h, w) of latents (n, z_dim)."""
        featuremaps: Tensor = self.parts[0](z)
        return featuremaps

    def keep(self, z: Tensor) -> tuple[Tensor, Kept]:
        """Return the layer's featuremaps (n, u, h, w) of latents (n, z_dim), and what else is needed above it."""
        return self.parts[0].keep(z)

    def above(self, featuremaps: Tensor, z: Tensor | Kept, changes: Sequence[Change] = ()) -> Tensor:
        """Return the images (n, 3, s, s) that come of featuremaps, with changes of this layer and of later ones.

        Args:
            featuremaps: (n, u, h, w), unedited.
            z: what `keep` returned beside them; or (n, z_dim) their latents, of which a generator that is no chain of
                parts runs whole.
            changes: one after another.

        Raises:
            ConfigError: a layer has no such unit.
            LayerError: a layer does not run after this one, or has no units to change.
        """
        return self.edited(featuremaps, z, edits_of(changes))

    def edited(self, featuremaps: Tensor, z: Tensor | Kept, edits: Mapping[str, Edit]) -> Tensor:
        """Return the images (n, 3, s, s) that come of featuremaps, with edits of this layer and of later ones.

        Args:
            featuremaps: (n, u, h, w), unedited.
            z: as for `above`.
            edits: by layer, from what it gives to what takes its place.

        Raises:
            LayerError: a layer does not run after this one.
        """
        here, upper, edits = edits.get(self.layer), self.parts[1], dict(edits)
        changed = featuremaps if here is None else here(featuremaps)
        if not upper.runs_again:
            edits.pop(self.layer, None)
        with edit(self.generator, edits):
            images: Tensor = upper(changed, z)
        return images
