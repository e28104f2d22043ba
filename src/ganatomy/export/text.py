"""Texts of a run as they may stand in a file that is published: plain in Markdown, without the user's folders."""

import re

SPECIAL = "\\`*_{}[]<>()#+!|~$&"
"""What Markdown may take for more than itself."""


def plain(text: object) -> str:
    r"""Return text on one line that Markdown shows as it is.

    >>> plain("my_photos | <b>")
    'my\\_photos \\| \\<b\\>'
    """
    return "".join(f"\\{one}" if one in SPECIAL else one for one in " ".join(str(text).split()))


def published(text: str) -> str:
    r"""Return text with no more than the last name of each path in it that begins at a root or at home.

    >>> published("from /home/ada/faces/g.pt, at C:\\Users\\ada\\g.pt")
    'from g.pt, at g.pt'
    """
    return re.sub(r"(?<!\S)(?:~|[A-Za-z]:)?[/\\](?:[^\s/\\]+[/\\])*(?=[^\s/\\])", "", text)
