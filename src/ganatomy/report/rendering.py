"""Pages as HTML: everything inside, nothing fetched.

All text goes through Jinja's autoescape, and a content security policy lets only the page's own script run.
"""

import base64
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

from ganatomy.dissect.scoring.units import RATE
from ganatomy.draw.files import styles
from ganatomy.draw.text import count, decimal, duration, percent, rate, signed, span, tenths
from ganatomy.report.density import BANDWIDTH, TARGET_POINTS

HERE = Path(__file__).parent
SCRIPTS = ("script.js", "values.js")
TEMPLATES, SECTIONS, COMPARED = HERE / "templates", HERE / "sections", HERE / "compared"


def html_of(template: str, page: object, reload_s: int | None = None) -> str:
    """Return a page as HTML.

    Args:
        template: its file, in `templates`.
        page: what it shows, by the name `page`.
        reload_s: seconds after which it loads itself again; None leaves it as it is.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([TEMPLATES, SECTIONS, COMPARED]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"duration": duration, "percent": percent, "decimal": decimal, "count": count}
    environment.filters |= {"rate": rate, "tenths": tenths, "signed": signed}
    environment.globals |= {"rate_limit": RATE}
    environment.globals |= {"span": span, "bandwidth": f"{BANDWIDTH:g}", "kde_points": f"{TARGET_POINTS:,}"}
    style, *scripts = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("style.css", *SCRIPTS))
    script = "".join(scripts)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    found = environment.get_template(template)
    return found.render(
        page=page, reload_s=reload_s, style=Markup(styles() + style), script=Markup(script), script_hash=digest
    )
