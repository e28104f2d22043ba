"""`manifest.json`: where a run's generator came from, what its images are, and which data it was trained on, if any.

Whatever opens a run up, scores it or reports on it asks the manifest, never the settings of a training: a generator
that was imported has none. Runs made before there were manifests have settings, which tell the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

from ganatomy.config.evolve import POINT_DATA
from ganatomy.config.jsonable import flat_json
from ganatomy.config.scenes import SCENE_DATA
from ganatomy.data.image_set import ImageSet
from ganatomy.data.sources import RealData
from ganatomy.errors import DataError
from ganatomy.models.adaptation import ChannelOrder
from ganatomy.runs import schemas
from ganatomy.runs.directory import Run, create_numbered, environment
from ganatomy.runs.files import read_json, write_json
from ganatomy.runs.layout import ARCHITECTURE, CONFIG, ENVIRONMENT, MANIFEST
from ganatomy.runs.records.reading import read_record, write_record


@dataclass(frozen=True)
class Origin:
    """Where a generator came from."""

    kind: Literal["grown", "imported", "packaged"]
    """By `ganatomy evolve`, by somebody else, or with GANatomy itself."""
    details: str = ""
    """What else is known, in words, such as the file that it was imported from."""
    discriminator: str | None = None
    """What kind of discriminator it was trained against, as settings call it: scores through the same features flatter
    it. None where that is not known."""
    sha256: str | None = None
    """Digest of the file that it was imported from, 64 hexadecimal digits."""
    layout: str | None = None
    """What the weights in that file were taken for, in words."""


@dataclass(frozen=True)
class Images:
    """How the values of a generator's own images are meant."""

    low: float = -1.0
    """What stands for black."""
    high: float = 1.0
    """What stands for white."""
    channels: ChannelOrder = "RGB"


@dataclass(frozen=True)
class TrainingData:
    """The real images, or points, that a generator was trained on."""

    data: str
    """Folder or zip as it was given, `scenes` or a preset of theirs, or the name of a mixture of points."""
    image_size: int = 64
    """Pixels a side at which they are looked at."""
    classes: tuple[str, ...] = ()
    """Class folders; empty for all."""
    split: str = "train"
    strict: bool = False
    """Whether a file that cannot be read is an error."""
    num_scenes: int = 20_000
    """Of scenes, how many."""
    seed: int = 0
    """Of scenes."""
    absolute: str | None = None
    """Where a folder or zip lay when the run was made."""
    num_images: int | None = None
    """How many images there were, where that is known."""
    digest: str | None = None
    """16 hexadecimal digits of their pixels, where they are known."""
    digest_size: int | None = None
    """Pixels a side at which that was taken, of a generator that is still growing; None for `image_size`."""

    @property
    def is_points(self) -> bool:
        """Whether they are points in the plane rather than images."""
        return self.data in POINT_DATA

    @property
    def is_scenes(self) -> bool:
        """Whether they are rendered, any number of them."""
        return self.data in SCENE_DATA


def training_data(settings: RealData, seed: int, images: ImageSet | None) -> TrainingData:
    """Return what a manifest says of the data of a generator.

    Args:
        settings: which data were asked for.
        seed: of scenes.
        images: those that were read or rendered; None of points.
    """
    known = TrainingData(
        data=settings.data,
        image_size=settings.image_size,
        classes=settings.classes,
        split=settings.split,
        strict=settings.strict,
        num_scenes=settings.num_scenes,
        seed=seed,
        num_images=None if images is None else len(images),
        digest=None if images is None else images.digest,
    )
    has_files = not known.is_points and not known.is_scenes
    return replace(known, absolute=str(Path(known.data).resolve())) if has_files else known


@dataclass(frozen=True)
class Manifest:
    """What is to be known about a run's generator, whoever made it."""

    SCHEMA: ClassVar[int] = schemas.MANIFEST
    AGAIN: ClassVar[str] = "copy it again from the run it came from"

    origin: Origin
    makes: Literal["images", "points"] = "images"
    """Points are those in the plane."""
    image_size: int | None = None
    """Pixels a side of its images, where that is known."""
    data: TrainingData | None = None
    """None where it is not known."""
    images: Images = Images()
    class_names: tuple[str, ...] | None = None
    """Of a generator that takes a class, in the order of their numbers."""
    architecture: str = ARCHITECTURE
    """The file in the run that says how the generator is built."""

    @property
    def makes_points(self) -> bool:
        """Whether it makes points in the plane rather than images."""
        return self.makes == "points"

    @property
    def is_of_scenes(self) -> bool:
        """Whether the generator is known to make rendered scenes: it was trained on them, or is the packaged one."""
        return self.origin.kind == "packaged" or (self.data is not None and self.data.is_scenes)


def open_manifest(run: Run) -> Manifest:
    """Return the manifest of a run; of one made before there were manifests it follows from its settings.

    Raises:
        DataError: manifest.json is of another schema, or manifest or settings are not what they should be.
        IncompatibleRun: there is neither a manifest nor settings, or they are no JSON.
    """
    if (run.path / MANIFEST).exists():
        return read_record(Manifest, run.path / MANIFEST)
    settings = read_json(run.path / CONFIG)
    if not isinstance(settings, Mapping):
        what = type(settings).__name__
        raise DataError(f"{run.path / CONFIG} holds a {what}, not a JSON object; restore it from a copy")
    try:
        return _derived(flat_json(settings))
    except (TypeError, AttributeError, ValueError) as error:
        said = f"{run.path / CONFIG} cannot be read as settings ({error}); restore it from a copy"
        raise DataError(said) from None


def architecture_file(run: Run) -> Path:
    """Return the file that says how a run's generator is built.

    Raises:
        DataError: the manifest names one outside of the run, or cannot be read.
    """
    if not (run.path / MANIFEST).exists():
        return run.path / ARCHITECTURE
    name = open_manifest(run).architecture
    if not (run.path / name).resolve().is_relative_to(run.path.resolve()):
        raise DataError(f"{run.path / MANIFEST} names {name!r}, outside of the run; its architecture lies inside")
    return run.path / name


def write_manifest(run: Run, manifest: Manifest) -> None:
    """Write `manifest.json` into a run, in place of an earlier one."""
    write_record(run.path / MANIFEST, manifest)


def create_imported(out: Path, name: str, manifest: Manifest) -> Run:
    """Return a new run of a generator that nobody evolved: `NNNN-name/` with its manifest, to be given weights.

    Args:
        out: where runs are kept.
        name: what to call it; the number before it is the first one free.
        manifest: what is known about the generator.
    """
    run = Run(create_numbered(out, name))
    write_manifest(run, manifest)
    write_json(run.path / ENVIRONMENT, environment())
    return run


def _derived(settings: Mapping[str, Any]) -> Manifest:
    """Return what the settings of a training tell; those left out have their defaults, but for the data."""
    known = {name: settings[name] for name in ("split", "strict", "num_scenes", "seed") if name in settings}
    image_size = settings.get("image_size")
    origin = Origin("grown", "by ganatomy evolve", settings.get("discriminator", "projected"))
    if "data" not in settings:
        return Manifest(origin, image_size=image_size)
    classes = tuple(settings.get("classes", ()))
    data = TrainingData(
        str(settings["data"]), image_size=image_size or TrainingData.image_size, classes=classes, **known
    )
    return Manifest(origin, "points", None, data) if data.is_points else Manifest(origin, "images", image_size, data)
