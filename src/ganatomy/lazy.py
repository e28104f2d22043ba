"""The names of a package whose modules are imported when a name of theirs is first used (PEP 562).

For packages that hold something heavy beside something light: who needs the light part alone does not wait for numba.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy(package: str, places: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and the `__dir__` of a package.

    Args:
        package: its dotted name.
        places: its public names, each with the module below the package in which it is found.

    >>> find, names = lazy("xml", {"parseString": "dom.minidom"})
    >>> find("parseString").__name__, "parseString" in names()
    ('parseString', True)
    """

    def find(name: str) -> object:
        module = sys.modules[package]
        if name not in places:
            said = f"module {package!r} has no attribute {name!r}; it has {', '.join(places)}"
            raise AttributeError(said, name=name, obj=module)
        found = load(package, places, name)
        return vars(module).setdefault(name, found)  # where a package has the name, its import has set it by now

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *places})

    return find, names


def load(package: str, places: Mapping[str, str], name: str) -> object:
    """Return what a public name of a package stands for; its module is imported."""
    return getattr(import_module(f"{package}.{places[name]}"), name)
