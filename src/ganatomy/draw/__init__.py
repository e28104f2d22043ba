"""SVG: scales, colours, text, marks and figures, shared by all that draws."""

from ganatomy.draw.axes import Axis, Frame
from ganatomy.draw.canvas import Figure, Key, figure, plot
from ganatomy.draw.charts import Dots, Mark, Series, line_figure, share_figure
from ganatomy.draw.files import Rasteriser, rasteriser, standalone
from ganatomy.draw.heat import HeatMap, heat_figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.palette import arm_colours, category_colours, concept_colours, objective_colours
from ganatomy.draw.rows import Row, row_figure
from ganatomy.draw.scales import Scale, ticks, value_range
from ganatomy.draw.stages import stage_figure

__all__ = [
    "Axis",
    "Bounded",
    "Dots",
    "Figure",
    "Frame",
    "HeatMap",
    "Key",
    "Mark",
    "Rasteriser",
    "Row",
    "Scale",
    "Series",
    "arm_colours",
    "category_colours",
    "concept_colours",
    "figure",
    "heat_figure",
    "line_figure",
    "objective_colours",
    "plot",
    "rasteriser",
    "row_figure",
    "share_figure",
    "stage_figure",
    "standalone",
    "ticks",
    "value_range",
]
