"""The real images of a run, found again: the very ones by the digest of their pixels, wherever they lie by now."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from ganatomy.data.image_set import ImageSet
from ganatomy.data.sources import open_images
from ganatomy.errors import DataError
from ganatomy.progress import SILENT, Progress, Task
from ganatomy.runs.directory import Run
from ganatomy.runs.manifest import Manifest, TrainingData


@dataclass(frozen=True)
class WithoutLines:
    """Progress that shows its tasks alone: what there is to say of the images is said elsewhere."""

    shown: Progress

    def task(
        self, description: str, total: float | None, unit: str = "it", done: float = 0.0
    ) -> AbstractContextManager[Task]:
        """Return the task as it is shown."""
        return self.shown.task(description, total, unit, done)

    def line(self, text: str) -> None:
        """Ignore the line."""


def found(data: TrainingData, called: str, progress: Progress = SILENT) -> TrainingData:
    """Return the same data by the path at which the images lie that a generator was trained on.

    They are looked for where they lay and at the path that was given, and known by the digest of their pixels. Where no
    digest is known the first path that is there is taken; what is rendered has no path.

    Args:
        data: what the manifest says.
        called: what to call the generator in messages.
        progress: shows the images that have to be read.

    Raises:
        DataError: there is nothing at either path, or other images.
    """
    if data.is_points or data.is_scenes:
        return data
    paths = [path for path in dict.fromkeys((data.absolute, data.data)) if path is not None]
    there = [path for path in paths if Path(path).exists()]
    if not there:
        raise DataError(
            f"the images that {called} was trained on are not at {' or '.join(paths)}; give the place they have moved "
            "to, or other ones, with --data"
        )
    if data.digest is None:
        return replace(data, data=there[0])
    others: list[str] = []
    for path in there:
        try:
            images = _as_trained_on(data, path, progress)
        except DataError as error:
            others.append(f"{path}: {error}")
            continue
        if images.digest == data.digest:
            return replace(data, data=path)
        others.append(f"{len(images)} images of digest {images.digest} at {path}")
    count = "" if data.num_images is None else f"{data.num_images} "
    raise DataError(
        f"{called} was trained on {count}images of digest {data.digest}, and now there are {' and '.join(others)}; "
        "give the place of the same images, or others that are meant, with --data"
    )


def training_images(
    run: Run,
    manifest: Manifest,
    num_images: int | None = None,
    progress: Progress = SILENT,
    data: str | None = None,
) -> ImageSet:
    """Return the real images that a run's generator was trained on, or others that are given.

    Rendered scenes are independent of each other, so that of them no more are rendered than are asked for.

    Args:
        run: the run, for the message.
        manifest: its manifest.
        num_images: how many scenes at most; None takes all. Of files, all are returned.
        progress: told of every image that has to be read or rendered.
        data: folder or zip of other images, or `scenes` or a preset of theirs; None takes the run's own.

    Raises:
        ConfigError: there is no such preset of scenes.
        DataError: it is not known which, they are points, there is nothing to read, or the run's own are no more where
            they were.
    """
    own = manifest.data if data is None else given_data(manifest, data)
    if own is None or own.is_points:
        what = "does not say what images it was trained on" if own is None else f"was trained on {own.data}, points"
        raise DataError(
            f"{run.path} {what}; give real images with --data where the command takes any, or leave them out"
        )
    if own.is_scenes and num_images is not None:
        own = replace(own, num_scenes=min(num_images, own.num_scenes))
    return open_images(found(own, str(run.path), progress) if data is None else own, own.seed, progress)


def given_data(manifest: Manifest, data: str) -> TrainingData:
    """Return data that are asked for in place of a run's own, at the size of its images.

    Args:
        manifest: the run's.
        data: folder or zip, `scenes` or a preset of theirs. The run's own path keeps its classes and its split, and may
            hold other images by now.
    """
    own = manifest.data
    if own is not None and own.data == data:
        return replace(own, absolute=None, digest=None)
    return TrainingData(data, image_size=manifest.image_size or TrainingData.image_size)


def place_to_resume(data: str, manifest: Manifest | None) -> str:
    """Return the path at which the data of a run lie that goes on: where they lay, if they are still there.

    Whether they are the same images is told when the snapshot is read.

    Args:
        data: the path that is asked for; another than the run's own stays as it is.
        manifest: the run's, if it has one.
    """
    own = None if manifest is None else manifest.data
    if own is None or own.absolute is None or own.data != data or not Path(own.absolute).exists():
        return data
    return data if Path(data).resolve() == Path(own.absolute) else own.absolute


def _as_trained_on(data: TrainingData, path: str, progress: Progress) -> ImageSet:
    size = data.digest_size or data.image_size
    return open_images(replace(data, data=path, image_size=size), data.seed, WithoutLines(progress))
