"""The exception tree.

GanatomyError
├── ConfigError        (ValueError)    a setting that cannot be used
├── DataError          (ValueError)    images, archives or labels that cannot be read
├── LayerError         (LookupError)   a layer that cannot be recorded or edited
│   ├── LayerNotFound
│   └── LayerNotRun
├── CheckpointError    (ValueError)    weights or state that cannot be loaded
│   └── IncompatibleRun                a run directory that does not fit what is asked of it
├── MissingExtra       (ImportError)   an optional dependency that is not installed
└── DivergedTraining   (ArithmeticError)  no child of a generation has a finite fitness, or a loss is no number

A message says what was wrong, the value given, what is accepted and what to do. The command line
prints it on one line and exits with code 2.
"""


class GanatomyError(Exception):
    """Base of every error that a user of the package can meet."""


class ConfigError(GanatomyError, ValueError):
    """A setting that cannot be used."""


class DataError(GanatomyError, ValueError):
    """Images, archives or labels that cannot be read."""


class LayerError(GanatomyError, LookupError):
    """A layer that cannot be recorded or edited."""


class LayerNotFound(LayerError):
    """No module of that name."""


class LayerNotRun(LayerError):
    """A hooked layer that the forward pass did not reach."""


class CheckpointError(GanatomyError, ValueError):
    """Weights or state that cannot be loaded."""


class IncompatibleRun(CheckpointError):
    """A run directory that does not fit what is asked of it."""


class MissingExtra(GanatomyError, ImportError):
    """An optional dependency that is not installed."""


class DivergedTraining(GanatomyError, ArithmeticError):
    """No child of a generation has a finite fitness, or the loss of a segmenter is no number."""
