"""The name of every file and folder of a run directory, and of the directories of comparisons.

Paths are relative to the directory, with slashes; docs/run-directory.md says what stands in each.
"""

from ganatomy.config.evolve import COMPARISON as COMPARISON

MANIFEST = "manifest.json"
"""Where the generator came from; a directory with this or with settings is a run."""
CONFIG = "config.json"
"""Complete settings of a training; none where nobody evolved it."""
ENVIRONMENT = "environment.json"
"""Versions and the machine."""
LOCK = ".lock"
"""Held by the process that trains the run."""
REPORT = "report.html"

METRICS = "metrics.jsonl"
LINEAGE = "lineage.jsonl"
SCORE_LOG = "scores.jsonl"
WARNINGS = "warnings.jsonl"
LOGS = (METRICS, LINEAGE, SCORE_LOG, WARNINGS)
"""What a training appends to, a line at a time, each with its generation."""

SAMPLES = "samples"
SAMPLES_INDEX = "samples/index.json"
WEIGHTS = "weights"
ARCHITECTURE = "weights/generator.json"
STATE = "state"
SNAPSHOT = "state/latest.safetensors"
"""What a training goes on from."""
SCORES = "scores"
"""A file for each time that `ganatomy score` scored the run."""

DISSECT = "dissect"
"""A folder for each layer, and what is said of all of them."""
UNITS = "units.json"
"""In the folder of a layer: its unit table."""
TALLY = "tally.npz"
"""In the folder of a layer: what was counted."""
CARDS = "cards"
"""In the folder of a layer: a picture for each unit."""
DIRECTIONS = "directions.json"
"""In the folder of a layer whose units are directions of another: how they were found."""
VECTORS = "directions.npz"
"""In the folder of such a layer: the directions themselves."""
UNFINISHED = ".unfinished"
"""In `dissect`: passes that were interrupted."""
DISSECT_SUMMARY = "dissect/summary.json"
AREAS = "dissect/areas.json"
AGREEMENT = "dissect/agreement.json"
HISTORY = "dissect/history.json"
HISTORY_FIGURES = "dissect/history"

EDITS = "edits"
"""A folder for each edit."""
EFFECTS = "effects.json"
"""In the folder of an edit: what it changed."""

ACE = "ace"
"""A folder for each layer, in it a file for each concept whose causes were found, and its figures."""
CONTEXT = "context"
"""A folder for each layer, with a record for each concept that was inserted there, and figures."""

COMPARISON_FIGURE = "compare.svg"
COMPARISON_PICTURE = "compare.png"
COMPARISON_TABLE = "table.md"
COMPARISON_SAMPLES = "samples.png"
FAILED = "failed.json"
"""In a run of a comparison whose training has diverged, why; it is not tried again."""

DISSECTIONS = "comparison.json"
"""In the directory of runs that were dissected alike: what they have in common, and how they differ."""
DISSECTIONS_PAGE = "comparison.md"
