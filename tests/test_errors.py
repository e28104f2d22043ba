import inspect

import pytest

from ganatomy import errors
from ganatomy.errors import GanatomyError

TREE = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, GanatomyError)]


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.ConfigError, ValueError),
        (errors.DataError, ValueError),
        (errors.LayerNotFound, LookupError),
        (errors.LayerNotRun, LookupError),
        (errors.IncompatibleRun, ValueError),
        (errors.MissingExtra, ImportError),
        (errors.DivergedTraining, ArithmeticError),
    ],
)
def test_error_is_also_the_builtin_a_caller_expects(kind: type[Exception], builtin: type[Exception]) -> None:
    assert issubclass(kind, builtin)
    assert issubclass(kind, GanatomyError)


def test_lookup_error_shows_its_message_as_it_is() -> None:
    assert str(errors.LayerNotFound("no layer 'layr4'")) == "no layer 'layr4'"


@pytest.mark.parametrize("kind", TREE)
def test_tree_in_the_module_docstring_is_complete(kind: type[Exception]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")
