"""Context of insertions: where a concept can be put, how far that goes, and what no ablation removes."""

from ganatomy.intervene.context.cells import Places, draw_cells, places_of
from ganatomy.intervene.context.effects import (
    ConceptContext,
    ConceptUnits,
    ContextProtocol,
    LocationMap,
    measure_context,
)
from ganatomy.intervene.context.floors import Floor, Kept, ablate_ever_more, floors_of
from ganatomy.intervene.context.insertion import Inserted, Moved, insert
from ganatomy.intervene.context.summary import ContextEffect, Gain, TraceLine, by_context, by_place, traces
from ganatomy.intervene.context.trace import Tracer, tracer_of
from ganatomy.stats.resampling import Estimated

__all__ = [
    "ConceptContext",
    "ConceptUnits",
    "ContextEffect",
    "ContextProtocol",
    "Estimated",
    "Floor",
    "Gain",
    "Inserted",
    "Kept",
    "LocationMap",
    "Moved",
    "Places",
    "TraceLine",
    "Tracer",
    "ablate_ever_more",
    "by_context",
    "by_place",
    "draw_cells",
    "floors_of",
    "insert",
    "measure_context",
    "places_of",
    "tracer_of",
    "traces",
]
