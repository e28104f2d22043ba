"""Amounts of work in words: units done, their rate, and durations."""


def amount(done: float, unit: str) -> str:
    """Return a number of units, a percentage without decimals."""
    return f"{done:.0f}" if unit == "%" else f"{done:.10g}"


def rate(done: float, seconds: float) -> str:
    """Return units per second to three digits."""
    return f"{done / seconds:.3g}" if seconds > 0 else "0"


def duration(seconds: float) -> str:
    """Return seconds as `7 s`, `3:05 min` or `2:00:01 h`."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{whole} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} h" if hours else f"{minutes}:{rest:02} min"
