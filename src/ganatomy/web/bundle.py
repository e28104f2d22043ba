"""Scripts of the page as one: modules put one after another, so that none has to be fetched.

The modules keep to what makes that simple: each import is one line that names what it takes from a module beside it,
and no two modules have a name for different things.
"""

import posixpath
import re

from ganatomy.web.assets import ASSETS

IMPORT = re.compile(r'^import \{[^}]*\} from "(?P<place>\.{1,2}/[\w./-]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async |const|function|class))", re.MULTILINE)


def bundle(entry: str) -> str:
    """Return a module of the page and all that it imports, those first that others need, as one script.

    Args:
        entry: its name in `ASSETS`.
    """
    order: list[str] = []
    _collect(entry, order, set())
    return "\n".join(f"// {name}\n{EXPORT.sub('', IMPORT.sub('', ASSETS[name].text()))}" for name in order)


def _collect(name: str, order: list[str], begun: set[str]) -> None:
    begun.add(name)
    for found in IMPORT.finditer(ASSETS[name].text()):
        needed = posixpath.normpath(posixpath.join(posixpath.dirname(name), found["place"]))
        if needed not in begun:
            _collect(needed, order, begun)
    order.append(name)
