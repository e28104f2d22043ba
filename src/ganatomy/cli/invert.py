"""`ganatomy invert`: photos into a generator, and how close that comes."""

from ganatomy.config.invert import InvertConfig
from ganatomy.invert.session import InvertedPhotos, invert_photos
from ganatomy.progress import Progress
from ganatomy.runs.records.inversions import InversionRecord


def invert(config: InvertConfig, progress: Progress) -> dict[str, object]:
    """Invert the photos, write what was found into the run, and return the figures of each.

    Raises:
        GanatomyError: as for `ganatomy.invert.session.invert_photos`.
    """
    found = invert_photos(config, progress)
    settings = found.records[0].settings
    return {
        "layer": settings.layer,
        "distance": settings.distance,
        "encoder": encoder_said(found),
        "errors": [row for record in found.records for row in stage_rows(record)],
        "photos": [
            {"photo": record.photo, "inverted": str(folder), "verdict": record.verdict}
            for record, folder in zip(found.records, found.folders, strict=True)
        ],
    }


def encoder_said(found: InvertedPhotos) -> str:
    """Return where the encoder came from, and how good it is."""
    figures = found.encoder
    came = f"trained in {figures.seconds:.0f} s" if found.is_encoder_new else "that of the run"
    return f"{came}; samples rendered again: error {figures.rmse:.3f}, of random latents {figures.random_rmse:.3f}"


def stage_rows(record: InversionRecord) -> list[dict[str, object]]:
    """Return a row for each stage of a photo: errors, cells out of range, and seconds."""
    outside = {"latent": record.outside_before, "features": record.outside_after}
    return [
        {
            "photo": record.photo,
            "stage": row.stage,
            "rmse": row.rmse,
            **({} if row.perceptual is None else {"perceptual": row.perceptual}),
            "out_of_range": outside.get(row.stage),
            "seconds": row.seconds,
        }
        for row in record.stages
    ]
