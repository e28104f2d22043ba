"""The files of the page by the name that they are asked for by: a fixed table, no path of a client is opened."""

from dataclasses import dataclass
from pathlib import Path

from ganatomy.draw.files import STYLES

STATIC = Path(__file__).parent / "static"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """One file of the page."""

    path: Path
    media_type: str

    def text(self) -> str:
        """Return what stands in it."""
        return self.path.read_text(encoding="utf-8")


def _table() -> dict[str, Asset]:
    paths = {path.relative_to(STATIC).as_posix(): path for path in sorted(STATIC.rglob("*")) if path.suffix in TYPES}
    paths["colours.css"] = STYLES / "colours.css"
    return {name: Asset(path, TYPES[path.suffix]) for name, path in paths.items()}


ASSETS = _table()
"""By name, such as `engines/server.js`."""
