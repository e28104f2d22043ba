"""What scenes are made of: probabilities of concepts, and of concepts given others, and ranges of where they stand."""

from collections import namedtuple
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from types import MappingProxyType
from typing import cast

from ganatomy.errors import ConfigError

Range = tuple[float, float]
"""The least and the greatest value of what is drawn evenly between them."""

_BOUNDS: Mapping[str, Range] = MappingProxyType(
    {
        "hilltop_height": (1.5, 50.0),
        "num_houses": (1, 8),
        "house_distance": (8.0, 200.0),
        "house_aside": (0.0, 0.5),
        "house_turn": (0.0, 3.2),
        "further_distance": (1.0, 5.0),
        "church_distance": (15.0, 200.0),
    }
)
"""Within what each range of a table has to lie."""


@dataclass(frozen=True)
class SceneTable:
    """Probabilities in [0, 1] of what a scene holds, whose names read `p_<concept>_given_<condition>`, and ranges.

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
    p_hilltop: float = 0.25
    """A view from a hilltop rather than by a person standing on the ground."""
    hilltop_height: Range = (6.0, 16.0)
    """Metres of the camera above the ground, on a hilltop; elsewhere it is 1.7 to 4.5."""
    p_mountain: float = 0.5
    p_snow_given_mountain: float = 0.5
    p_hill: float = 0.5
    """Green hills before the horizon, unless the water reaches it."""
    p_water: float = 0.45
    p_sea_given_water: float = 0.35
    """Water up to the horizon."""
    p_boat_given_water: float = 0.6
    p_building: float = 0.5
    p_town_given_building: float = 0.3
    """Rows of town houses along a street instead of single houses; without water."""
    p_both_sides_given_town: float = 0.65
    """Town houses on both sides of the street."""
    num_houses: Range = (1, 4)
    """Given no town, the fewest houses and the most, the church among them."""
    p_more_given_houses: float = 0.75
    """More than the fewest houses."""
    house_distance: Range = (15.0, 30.0)
    """Metres from the camera to the first house."""
    house_aside: Range = (0.0, 0.42)
    """How far from the middle of the picture the first house stands, to either side, in shares of its width."""
    house_turn: Range = (0.0, 0.75)
    """How far houses are turned away from facing the camera, to either side, radians."""
    further_distance: Range = (1.0, 2.5)
    """By what the distance of a further house is multiplied."""
    p_low_given_house: float = 0.45
    """Walls of 2.9 m rather than 5.6 m."""
    p_church_given_building: float = 0.3
    """Given no town, in the place of the first house."""
    church_distance: Range = (28.0, 60.0)
    """Metres from the camera to the church."""
    p_dome_given_church: float = 0.4
    """A dome on the tower instead of a spire."""
    p_door_given_building: float = 0.85
    p_window_given_building: float = 0.92
    p_hidden_given_building: float = 1.0
    """Trees and bushes may stand between the camera and buildings."""
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
        """Check every probability and every range.

        Raises:
            ConfigError: if a probability is not in [0, 1], or a range is no pair within its bounds.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in _BOUNDS:
                _check_range(field.name, value)
            elif not 0.0 <= value <= 1.0:
                raise ConfigError(
                    f"{field.name} is {value}; a probability lies in [0, 1]; change it in the scene table"
                )


def _check_range(name: str, value: Range) -> None:
    least, most = _BOUNDS[name]
    pair = isinstance(value, tuple) and len(value) == 2
    whole = not isinstance(least, int) or (pair and all(float(end).is_integer() for end in value))
    if not (pair and whole and least <= value[0] <= value[1] <= most):
        kind = "whole numbers" if isinstance(least, int) else "numbers"
        raise ConfigError(
            f"{name} is {value}; a range is a pair of {kind} (low, high), {least} <= low <= high <= {most}; "
            "change it in the scene table"
        )


DEFAULT = SceneTable()
"""The table of the embedded data."""

PRESETS: Mapping[str, SceneTable] = MappingProxyType(
    {
        "scenes": DEFAULT,
        "scenes:houses": SceneTable(
            p_fog=0.0,
            p_hilltop=0.05,
            hilltop_height=(4.5, 6.0),
            p_water=0.06,
            p_building=1.0,
            p_town_given_building=0.0,
            num_houses=(1, 2),
            p_more_given_houses=1 / 3,
            house_distance=(9.5, 15.0),
            house_aside=(0.0, 0.22),
            house_turn=(0.0, 0.45),
            further_distance=(1.5, 2.5),
            p_low_given_house=0.75,
            p_church_given_building=0.15,
            church_distance=(20.0, 30.0),
            p_hidden_given_building=0.0,
            p_road_given_building=0.4,
            p_door_given_building=0.95,
            p_tree=1.0,
            p_forest_given_tree=0.7,
        ),
        "scenes:streets": SceneTable(
            p_fog=0.0,
            p_hilltop=0.1,
            p_building=1.0,
            p_town_given_building=1.0,
            p_door_given_building=1.0,
            p_window_given_building=1.0,
        ),
    }
)
"""The tables that data are called by: the default; houses near the camera, in full view; streets of town houses."""

_Row = namedtuple("_Row", [field.name for field in fields(SceneTable)])  # type: ignore[misc]


def as_row(table: SceneTable) -> SceneTable:
    """Return the table as a named tuple with the same attributes, the form that compiled code can read."""
    return cast(SceneTable, _Row(*(_as_floats(value) for value in astuple(table))))


def _as_floats(value: float | Range) -> float | Range:
    return (float(value[0]), float(value[1])) if isinstance(value, tuple) else float(value)
