"""What a report says of where its run came from: the one place where the run's manifest and settings are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ganatomy.config.evolve import POINT_DATA
from ganatomy.config.jsonable import flat_json
from ganatomy.draw.text import plain
from ganatomy.runs.manifest import Manifest, Origin


@dataclass(frozen=True)
class RunSettings:
    """Settings that sections ask for, None or empty where a run does not know them."""

    origin: Origin = field(default_factory=lambda: Origin("grown"))
    data: str | None = None
    is_of_scenes: bool = False
    """Whether it is known to make rendered scenes, whose segmenter need not be named."""
    classes: Any = None
    image_size: int | None = None
    objectives: tuple[str, ...] = ()
    gamma: float | None = None
    selection: str = "comma"
    diversity: str = ""
    squared_norm: bool = False
    discriminator_loss: str = "bce"
    seed: int = 0
    rows: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Every setting as text."""

    @property
    def is_points(self) -> bool:
        """Whether the run makes points of the plane, not images."""
        return self.data in POINT_DATA

    @property
    def samples(self) -> str:
        """What the run makes, in the plural."""
        return "points" if self.is_points else "images"


def read_settings(record: Mapping[str, Any], manifest: Manifest) -> RunSettings:
    """Return what a run's manifest tells, and the settings in what `config.json` holds, if there is one."""
    config, data = flat_json(dict(record)), manifest.data
    gamma = config.get("gamma")
    return RunSettings(
        origin=manifest.origin,
        data=None if data is None else data.data,
        is_of_scenes=manifest.is_of_scenes,
        classes=data and list(data.classes),
        image_size=manifest.image_size,
        objectives=tuple(str(name) for name in config.get("objectives") or ()),
        gamma=float(gamma) if isinstance(gamma, int | float) else None,
        selection=str(config.get("selection", "comma")),
        diversity=str(config.get("diversity", "")),
        squared_norm=bool(config.get("squared_norm")),
        discriminator_loss=str(config.get("discriminator_loss", "bce")),
        seed=config.get("seed", 0),
        rows=rows_of(config),
    )


def origin_rows(origin: Origin) -> tuple[tuple[str, str], ...]:
    """Return where an imported generator came from, as text; nothing of any other."""
    if origin.kind != "imported":
        return ()
    told = (("origin", origin.details), ("taken for", origin.layout), ("SHA-256 of the file", origin.sha256))
    return tuple((name, text) for name, text in told if text)


def rows_of(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return every setting as text, nested ones by dotted names."""
    rows: list[tuple[str, str]] = []
    for key, value in record.items():
        if isinstance(value, dict):
            rows += [(f"{key}.{name}", text) for name, text in rows_of(value)]
        else:
            rows.append((key, plain(value)))
    return tuple(rows)
