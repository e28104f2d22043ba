"""Scoring: from counts to thresholds, concepts, nulls and intervals of each unit."""

from ganatomy.dissect.scoring.profiles import PROFILES, Choice, Profile, ProfileName, choose_thresholds, profile_of
from ganatomy.dissect.scoring.ranking import ConceptUnit, rank_units
from ganatomy.dissect.scoring.significance import Nulls, against_nulls
from ganatomy.dissect.scoring.units import LayerReport, UnitCount, UnitReport, report_layer

__all__ = [
    "PROFILES",
    "Choice",
    "ConceptUnit",
    "LayerReport",
    "Nulls",
    "Profile",
    "ProfileName",
    "UnitCount",
    "UnitReport",
    "against_nulls",
    "choose_thresholds",
    "profile_of",
    "rank_units",
    "report_layer",
]
