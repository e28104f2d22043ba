"""What a run that goes on is asked to do otherwise than before."""

from collections.abc import Collection


def changes(before: object, asked: object, may_change: Collection[str]) -> list[str]:
    """Return in words each setting of `asked` that differs from that of `before`.

    Args:
        before: settings, a dataclass.
        asked: others of the same class.
        may_change: names that are passed over.
    """
    return [
        f"{name} was {getattr(before, name)!r}, asked is {value!r}"
        for name, value in vars(asked).items()
        if name not in may_change and value != getattr(before, name)
    ]
