"""How much a file from elsewhere may hold, and what its reader's error says, wherever it is read."""

MOST_TENSORS = 20_000
MOST_LEVELS = 12
"""Of names within names."""


def first_line(error: BaseException) -> str:
    r"""Return the first line of what an error says, 200 characters at most; its kind where it says nothing.

    >>> first_line(ValueError("not a pickle\nat byte 0")), first_line(KeyError())
    ('not a pickle', 'KeyError')
    """
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
