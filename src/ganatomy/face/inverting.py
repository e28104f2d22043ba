"""Photos brought into a generator in memory, or into that of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from PIL import Image
from torch import Tensor, nn

from ganatomy.config.invert import InvertConfig
from ganatomy.directions import open_generator
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.face.shown import as_html, as_text
from ganatomy.invert.encoder import Encoder, encoder_shape
from ganatomy.invert.files import Made, record_of
from ganatomy.invert.inverting import FEATURES, STAGES, Inversion
from ganatomy.invert.photos import Photo, photo_tensor
from ganatomy.invert.pictures import comparison
from ganatomy.invert.reference import held_out_images, reference
from ganatomy.invert.session import invert_photos, open_up
from ganatomy.invert.training import train_encoder
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.given import as_generator
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.runs.directory import open_run
from ganatomy.runs.manifest import TrainingData
from ganatomy.runs.records.inversions import InversionRecord
from ganatomy.tables import Row


@dataclass(frozen=True, repr=False, eq=False)
class Inverted:
    """Photos in a generator; shows itself as a table of errors, and in a notebook with pictures.

    `ganatomy.edit` takes it as `on`.
    """

    generator: GeneratorNetwork
    found: Inversion
    """Everything: images of every stage, and what was found by them."""
    records: tuple[InversionRecord, ...]
    """Errors, where they stand among those of other images, and a verdict, one for each photo."""
    fingerprint: str
    """Of the generator."""
    encoder: Encoder | None = None
    """Trained on the generator's samples, to be given to a later call; None of a run, which keeps it."""
    folders: tuple[Path, ...] = ()
    """Where photos were written, of a run."""

    @property
    def layer(self) -> str:
        """The layer whose features were found."""
        return self.records[0].settings.layer

    @property
    def latents(self) -> Tensor:
        """(n, z_dim), or with the class (n, z_dim + 1)."""
        return self.found.z

    @property
    def features(self) -> Tensor:
        """(n, u, h, w) of the layer, within the distance of what the latents give."""
        return self.found.found.featuremaps

    @property
    def images(self) -> Tensor:
        """(n, 3, s, s) in [-1, 1], what comes of the features."""
        return self.found.images[FEATURES]

    @property
    def errors(self) -> dict[str, list[float]]:
        """Of every stage the pixel error of each photo: the root of the mean square, colours in [0, 1]."""
        return {stage: self.found.errors[stage].rmse.tolist() for stage in STAGES}

    @property
    def verdicts(self) -> tuple[str, ...]:
        """Whether each photo is like the training data, in a sentence."""
        return tuple(record.verdict for record in self.records)

    def picture(self) -> Image.Image:
        """Return photos, and below them what comes of every stage, as labelled rows."""
        return comparison(self.found)

    def __repr__(self) -> str:
        return as_text(self._title(), self._rows())

    def _repr_html_(self) -> str:
        return as_html(self._title(), self._rows(), picture=self.picture())

    def _title(self) -> str:
        return f"{len(self.records)} photo{'s' * (len(self.records) > 1)} in {self.layer}"

    def _rows(self) -> list[Row]:
        return [
            {
                "photo": record.photo,
                **{stage: record.stage(stage).rmse for stage in STAGES},
                "out_of_range": record.outside_after,
                "verdict": record.verdict.partition(":")[0],
            }
            for record in self.records
        ]


def invert(
    generator: nn.Module | Path | str,
    photos: Photo | Sequence[Photo],
    layer: str | None = None,
    *,
    distance: float = 1.0,
    class_name: str | None = None,
    steps: int = 150,
    feature_steps: int = 60,
    restarts: int = 3,
    pull: float = 0.01,
    perceptual: Literal["efficientnet", "none"] = "efficientnet",
    perceptual_weight: float = 1.0,
    encoder: Encoder | None = None,
    encoder_steps: int = 300,
    data: Path | str | None = None,
    held_out: int = 24,
    weights: str = "ema",
    seed: int = 0,
    batch_size: int = 16,
    progress: Progress | bool | None = None,
) -> Inverted:
    """Find the latents and the features of a layer by which a generator shows photos, and how close that comes.

    Args:
        generator: a run directory, into which all is written and whose encoder is kept; or a generator in memory.
        photos: one or more files; for a generator in memory Pillow images or images (3, h, w) in [-1, 1] too.
        layer: whose features are found; None takes the first one of 8x8 cells or more.
        distance: how far a cell may be from what the latents give, in standard deviations of its unit.
        class_name: what the generator is asked for; None tries the likeliest classes.
        steps: updates of the latents.
        feature_steps: updates of the features.
        restarts: latents to start from.
        pull: weight of what keeps latents plausible.
        perceptual: network that tells how alike images look, beside their pixels.
        perceptual_weight: of that against the pixels.
        encoder: of an earlier call, for a generator in memory; None trains one.
        encoder_steps: of its training.
        data: images to compare with that the generator was trained on, or others; None takes the run's own, and for a
            generator in memory compares with its samples alone.
        held_out: images of either kind to compare with; 0 leaves them out.
        weights: of a run.
        seed: of the encoder, of latents that are drawn, and of the images to compare with.
        batch_size: photos at a time; figures do not depend on it but for rounding.
        progress: as for `dissect`.

    Raises:
        ConfigError: no photos, a value out of its range, or what a run or a generator in memory does not take.
        DataError: a photo cannot be read.
        LayerError: there is no such layer, or it has no units.
        GanatomyError: the run or the encoder is not what was asked for, or the extra is missing.
    """
    given = [photos] if isinstance(photos, Path | str | Image.Image | Tensor) else list(photos)
    is_run = not isinstance(generator, nn.Module)
    config = InvertConfig(
        Path(str(generator)) if is_run else Path(type(generator).__name__),
        tuple(Path(photo) if isinstance(photo, Path | str) else Path("photo") for photo in given),
        layer,
        distance,
        class_name,
        steps,
        feature_steps,
        restarts,
        pull,
        perceptual,
        perceptual_weight,
        encoder_steps,
        held_out,
        weights,
        batch_size,
        seed,
        data=None if data is None else str(data),
    )
    told = shown_progress(progress)
    if isinstance(generator, nn.Module):
        return _in_memory(as_generator(generator, told), given, config, encoder, data, told)
    if not all(isinstance(photo, Path | str) for photo in given) or encoder is not None:
        raise ConfigError("a run takes photos as files, and keeps its encoder itself; or give ganatomy.load(run)")
    inverted = invert_photos(config, told)
    source = open_generator(open_run(config.run), [layer] if layer else [], weights)
    return Inverted(source, inverted.inversion, inverted.records, fingerprint(source), folders=inverted.folders)


def _in_memory(
    generator: GeneratorNetwork,
    photos: Sequence[Photo],
    config: InvertConfig,
    encoder: Encoder | None,
    data: Path | str | None,
    progress: Progress,
) -> Inverted:
    read = [photo_tensor(photo, generator.image_size, number) for number, photo in enumerate(photos)]
    opened, known = open_up(config, generator), fingerprint(generator)
    if encoder is None:
        encoder = train_encoder(generator, config.encoder_steps, config.seed, progress=progress).network
    if encoder.shape != encoder_shape(generator):
        raise IncompatibleRun(f"the encoder is for {encoder.shape}, the generator asks for {encoder_shape(generator)}")
    inverter, others = opened.inverter(encoder), None
    if config.held_out:
        asked = None if data is None else TrainingData(str(data), image_size=generator.image_size)
        real = None if asked is None else held_out_images(asked, config.held_out, progress)
        others = reference(None, inverter, known, opened.settings, real, config.held_out, progress)
    device = next(generator.parameters()).device
    found = inverter.invert(torch.cat([image for _, image in read]).to(device), progress)
    made = Made("as given", known, opened.settings, others, generator.class_names)
    records = tuple(record_of(found, place, name, made) for place, (name, _) in enumerate(read))
    return Inverted(generator, found, records, known, encoder)
