"""What scenes are made of: probabilities of concepts, and of concepts given others."""

from collections import namedtuple
from dataclasses import astuple, dataclass, fields
from typing import cast

from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class SceneTable:
    """Probabilities in [0, 1] of what a scene holds; names read `p_<concept>_given_<condition>`.

    A thing that is there can still be hidden behind another: the masks say what is seen.
    """

    p_overcast: float = 0.15
    """Closed clouds, no shadows."""
    p_fog: float = 0.07
    """Sight of some hundred metres."""
    p_dusk: float = 0.15
    """Sun at the horizon, warm light, lamps in some windows."""
    p_sun: float = 0.25
    """Sun in the picture, given neither overcast nor fog."""
    p_cloud: float = 0.65
    """Open clouds, given neither overcast nor fog."""
    p_mountain: float = 0.5
    p_snow_given_mountain: float = 0.5
    p_hill: float = 0.5
    """Green hills before the horizon, unless the water reaches it."""
    p_water: float = 0.45
    p_sea_given_water: float = 0.35
    """Water up to the horizon."""
    p_boat_given_water: float = 0.5
    p_building: float = 0.5
    p_town_given_building: float = 0.3
    """Rows of town houses along a street instead of single houses; without water."""
    p_church_given_building: float = 0.3
    """Given no town."""
    p_dome_given_church: float = 0.4
    """A dome on the tower instead of a spire."""
    p_door_given_building: float = 0.85
    p_window_given_building: float = 0.92
    p_road: float = 0.3
    """Given no building."""
    p_road_given_building: float = 0.6
    """Given no town, which always has its street."""
    p_tree: float = 0.85
    p_forest_given_tree: float = 0.5
    """A belt of woodland across the picture."""
    p_conifer_given_tree: float = 0.4
    """Share of conifers among trees, drawn once for each group."""
    p_autumn: float = 0.15
    """Yellow and red foliage."""

    def __post_init__(self) -> None:
        """Check every probability.

        Raises:
            ConfigError: if a value is not in [0, 1].
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0.0 <= value <= 1.0:
                raise ConfigError(
                    f"{field.name} is {value}; a probability lies in [0, 1]; change it in the scene table"
                )


DEFAULT = SceneTable()
"""The table of the embedded data."""

_Row = namedtuple("_Row", [field.name for field in fields(SceneTable)])  # type: ignore[misc]


def as_row(table: SceneTable) -> SceneTable:
    """Return the table as a named tuple with the same attributes, the form that compiled code can read."""
    return cast(SceneTable, _Row(*(float(value) for value in astuple(table))))
