"""What tyro complains of in a command line, as one line."""

import re
from itertools import groupby


def one_line(box: str) -> str:
    """Return the message of tyro's error box, and what it says was perhaps meant, as one line.

    Below its title the box has sections parted by rules: the message, then hints and a pointer to the help.
    Where stdout is not UTF-8 the box has no sides and its rules are hyphens.
    """
    text = re.sub(r"\x1b\[[0-9;]*m", "", box)
    rows = [row.strip("│╭╰╮╯─ ") for row in text.splitlines()[1:]]
    sections = [" ".join(section) for filled, section in groupby(rows, key=lambda row: bool(row.strip("-"))) if filled]
    message = sections[0] if sections else text.strip()
    meant = re.findall(r"--[\w-]+", " ".join(s for s in sections[1:] if s.startswith("Perhaps you meant")))
    return message.rstrip(".") + (f"; did you mean {' or '.join(dict.fromkeys(meant))}?" if meant else "")


def missing(name: str, box: str) -> str:
    r"""Return which arguments tyro's error box says are missing, a run first, or nothing if it says anything else.

    >>> missing("ace", "-\nMissing from ganatomy ace:\nPATH Run directory. (required)\n--layer STR It. (required)")
    'ace needs a run directory (PATH) and --layer'
    """
    message = one_line(box)
    if not message.startswith("Missing from"):
        return ""
    names = re.findall(r"(PATH|--[\w-]+) [^()]*\(required\)", message)
    told = ["a run directory (PATH)" if one == "PATH" and "un directory" in message else one for one in names]
    return f"{name} needs {' and '.join(filter(None, [', '.join(told[:-1]), *told[-1:]]))}" if told else ""
