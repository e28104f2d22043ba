"""The class that all samples are of, where a generator takes classes."""

from typing import Annotated

from tyro.conf import arg

ClassChoice = Annotated[str | None, arg(name="class", metavar="NAME_OR_NUMBER")]
"""Name or number of a class, given as `--class`; None draws all as likely."""
