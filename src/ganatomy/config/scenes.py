"""The names that rendered scenes go by as data."""

from ganatomy.errors import ConfigError

SCENES = "scenes"
SCENE_DATA = (SCENES, "scenes:houses", "scenes:streets")
"""The presets of scenes, each the name of a table of `ganatomy.data.scenes.PRESETS`."""


def require_scene_preset(data: str | None) -> None:
    """Return unless `data` are called like a preset of scenes that there is not.

    Raises:
        ConfigError: there is no such preset.

    >>> require_scene_preset("scenes:castle")
    Traceback (most recent call last):
    ganatomy.errors.ConfigError: no scenes 'scenes:castle'; give scenes, scenes:houses or scenes:streets
    """
    if data is not None and data.startswith(f"{SCENES}:") and data not in SCENE_DATA:
        raise ConfigError(f"no scenes {data!r}; give {', '.join(SCENE_DATA[:-1])} or {SCENE_DATA[-1]}")
