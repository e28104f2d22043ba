"""The class that all samples of a command were of, among what it prints."""


def class_row(of_class: str | None) -> dict[str, object]:
    """Return the class by its name; nothing where no single one was asked for."""
    return {} if of_class is None else {"class": of_class}
