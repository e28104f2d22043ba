"""Numbers and names as a reader wants them, and as wide as there is room."""

import math
import re
from pathlib import PurePath

MISSING = "\N{EN DASH}"
SPACE = "\N{NO-BREAK SPACE}"


def text_width(text: str) -> float:
    """Return about how wide `text` is at the figures' 12 units, in a wide sans serif."""
    return sum(3.6 if letter in "ijlftr1 .,'" else 11.0 if letter in "mwMW%" else 7.3 for letter in text)


def fitted(text: str, width: float, keep_end: bool = False) -> str:
    """Return a text that is no wider than `width`, shortened at its end, or to its end: names of layers differ there.

    >>> fitted("a long name", 60), fitted("generator.block32.conv1", 60, keep_end=True)
    ('a long n…', '…32.conv1')
    """
    kept = text
    while text_width(kept) > width and len(kept) > 1:
        kept = f"…{kept[2:]}" if keep_end else f"{kept[:-2]}…"
    return kept


def shortened(text: str, most: int) -> str:
    """Return at most `most` letters of a text.

    >>> shortened("mountain", 8), shortened("mountains", 8)
    ('mountain', 'mountai…')
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def without_middle(text: str, most: int) -> str:
    """Return at most `most` letters of a text, one that is too long without its middle: names may differ at the end.

    >>> without_middle("egan:gamma=0.01,beta=0.5", 18)
    'egan:….01,beta=0.5'
    """
    end = 2 * most // 3
    return text if len(text) <= most else f"{text[: most - end - 1]}…{text[-end:]}"


def tick_text(value: float) -> str:
    """Return a short number: thousands as k, millions as M.

    >>> [tick_text(value) for value in (0.0, -0.25, 1500.0, 2e6)]
    ['0', '\N{MINUS SIGN}0.25', '1.5k', '2M']
    """
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g}{unit}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}")


def percent_text(fraction: float) -> str:
    """Return a fraction as it stands at a tick, in percent.

    >>> percent_text(0.025)
    '2.5 %'
    """
    return f"{tick_text(100 * fraction)} %"


def words(name: str) -> str:
    """Return an identifier as words.

    >>> words("least_squares")
    'least squares'
    """
    return name.replace("_", " ")


def duration(seconds: float) -> str:
    """Return a duration in its two largest units.

    >>> [duration(value).replace(SPACE, " ") for value in (7.2, 95, 8040, 180000)]
    ['7 s', '1 min 35 s', '2 h 14 min', '2 d 2 h']
    """
    whole = round(seconds)
    for size, unit, smaller, small in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            return f"{whole // size}{SPACE}{unit} {whole % size // smaller}{SPACE}{small}"
    return f"{whole}{SPACE}s"


def percent(fraction: float | None) -> str:
    """Return a fraction as percent, with a decimal below ten.

    >>> [percent(value).replace(SPACE, " ") for value in (0.271, 0.0123, 0.0, None)]
    ['27 %', '1.2 %', '0 %', '–']
    """
    if fraction is None:
        return MISSING
    decimals = 0 if fraction >= 0.0995 or fraction == 0.0 else 1
    return f"{100 * fraction:.{decimals}f}{SPACE}%"


def decimal(value: float | None) -> str:
    """Return a score with two decimals and no leading zero, as agreement is usually printed.

    >>> [decimal(value) for value in (0.234, 1.0, None)]
    ['.23', '1.00', '–']
    """
    if value is None:
        return MISSING
    return f"{value:.2f}".replace("0.", ".", 1).replace("-", "\N{MINUS SIGN}") if abs(value) < 1 else f"{value:.2f}"


def rate(value: float | None) -> str:
    """Return a false discovery rate: no leading zero, and below a thousandth that alone.

    >>> [rate(value).replace(SPACE, " ") for value in (0.0000012, 0.0493, 0.29, 1.0, None)]
    ['< .001', '.049', '.29', '1.00', '–']
    """
    if value is None:
        return MISSING
    if value < 0.001:
        return f"<{SPACE}.001"
    return f"{value:.3f}".removeprefix("0") if value < 0.0995 else decimal(value)


def tenths(value: float | None) -> str:
    """Return a number with one decimal, from ten on without.

    >>> [tenths(value) for value in (21.23, -7.09, 9.96, None)]
    ['21', '\N{MINUS SIGN}7.1', '10', '–']
    """
    if value is None:
        return MISSING
    return f"{value:.{0 if abs(value) >= 9.95 else 1}f}".replace("-", "\N{MINUS SIGN}")


def span(low: float, high: float) -> str:
    """Return an interval of fractions in percent.

    >>> span(0.961, 1.04).replace(SPACE, " ")
    '96–104 %'
    >>> span(-0.05, 0.02).replace(SPACE, " ")
    '-5.0 to 2.0 %'
    """
    until = "–" if low >= 0 else " to "
    return f"{percent(low).removesuffix(f'{SPACE}%')}{until}{percent(high)}"


def signed(value: float | None) -> str:
    """Return a difference with its sign and two significant digits.

    >>> [signed(value) for value in (0.01234, -0.5, float("nan"), None)]
    ['+0.012', '\N{MINUS SIGN}0.5', '–', '–']
    """
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{value:+.2g}".replace("-", "\N{MINUS SIGN}")


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, in the plural where it takes one.

    >>> count(1, "unit"), count(1200, "sample"), count(3, "child", "children")
    ('1 unit', '1,200 samples', '3 children')
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts numbers in names by value: layer2 before layer10.

    >>> sorted(["layer10", "layer2", "input"], key=natural)
    ['input', 'layer2', 'layer10']
    """
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def plain(value: object) -> str:
    """Return a setting as text: lists by commas, of an absolute path only its last part.

    A report is passed on; where its author keeps files is nobody's business.

    >>> [plain(value) for value in (None, True, ["minimax", "heuristic"], "/home/ada/photos.zip")]
    ['–', 'yes', 'minimax, heuristic', 'photos.zip']
    """
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(plain(item) for item in value) or MISSING
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(item)}" for key, item in value.items()) or MISSING
    text = str(value)
    return PurePath(text).name if text.startswith(("/", "~", "../")) and "\n" not in text else text
