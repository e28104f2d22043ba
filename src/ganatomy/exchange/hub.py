"""Models of the Hugging Face hub, fetched where the network allows, or folders as it has them."""

from pathlib import Path

from ganatomy.errors import CheckpointError, MissingExtra

HUB = "hf:"
WANTED = ["*.safetensors", "*.json", "*.npz", "*.pt", "*.pth", "*.ckpt", "*.bin"]


def fetched(file: str) -> Path:
    """Return a path as it is, or where the files of `hf:NAME_OR_FOLDER` lie.

    Args:
        file: a path; or `hf:` and a folder, or the name of a model, `owner/name`.

    Raises:
        MissingExtra: the library of the hub is not installed.
        CheckpointError: the hub cannot be reached, or has no such model.
    """
    if not file.startswith(HUB):
        return Path(file)
    name = file.removeprefix(HUB)
    if Path(name).exists():
        return Path(name)
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise MissingExtra(
            "models of the Hugging Face hub need its library: pip install 'ganatomy[transformers]'"
        ) from None
    try:
        return Path(snapshot_download(name, allow_patterns=WANTED))
    except Exception as error:  # of its own, of the network's and of the names it checks
        said = " ".join(str(error).split())[:160] or type(error).__name__
        raise CheckpointError(
            f"{file!r} is no folder here, and cannot be fetched ({said}); give owner/name of a public model, or fetch "
            "it and give its folder"
        ) from None
