"""Write docs/cli.md: what `ganatomy --help` and the help of every command print."""

import os
import subprocess
import sys
from pathlib import Path

from ganatomy.cli.main import COMMANDS

REFERENCE = Path(__file__).parents[1] / "docs" / "cli.md"
HEAD = """# Command line

Written by `python scripts/write_cli_reference.py`; a test compares it with the program.

"""


def reference() -> str:
    """Return the reference as Markdown."""
    return HEAD + "\n".join([_section(), *(_section(*name.split()) for name in COMMANDS)])


def _section(*command: str) -> str:
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    words = [sys.executable, "-m", "ganatomy", *command, "--help"]
    text = subprocess.run(words, env=environment, capture_output=True, check=True).stdout.decode()
    return f"## {' '.join(['ganatomy', *command])}\n\n```text\n{text.strip()}\n```\n"


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
