"""What a run that goes on is asked to do otherwise than before."""

from collections.abc import Collection

from ganatomy.config.parts import flat


def changes(before: object, asked: object, may_change: Collection[str]) -> list[str]:
    """Return in words each setting of `asked` that differs from that of `before`.

    Args:
        before: settings, a dataclass, maybe in parts.
        asked: others of the same class.
        may_change: names that are passed over.
    """
    known = flat(before)
    return [
        f"{name} was {known[name]!r}, asked is {value!r}"
        for name, value in flat(asked).items()
        if name not in may_change and value != known[name]
    ]
