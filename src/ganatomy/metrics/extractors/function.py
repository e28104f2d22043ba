"""Any function from images to features, as an extractor."""

import hashlib
from typing import Any

import torch
from torch import Tensor

from ganatomy.errors import ConfigError, DataError
from ganatomy.functions import import_function, one_line, source_of
from ganatomy.metrics.extractors.network import LARGE_BATCH, NetworkExtractor, arrange

TRIAL_SHAPE = (2, 3, 64, 64)
"""Images on which a function is tried when it is loaded."""


def load_function(name: str, device: torch.device) -> NetworkExtractor:
    """Return the extractor of `module:function`, its sizes found on a trial batch.

    Raises:
        ConfigError: the function cannot be found, fails, or does not give features.
    """
    function = import_function(name, "extractor")

    def look(images: Tensor) -> Any:
        try:
            return function(images)
        except Exception as error:  # other people's code raises anything at all
            raise DataError(
                f"extractor {name!r} failed on images {tuple(images.shape)}: {one_line(error)}; "
                "it must take images of any size"
            ) from error

    try:
        with torch.no_grad():
            features, logits = arrange(look(torch.zeros(TRIAL_SHAPE, device=device)), TRIAL_SHAPE[0], name)
    except DataError as error:
        raise ConfigError(str(error)) from error
    return NetworkExtractor(
        name=name,
        fingerprint=hashlib.sha256(name.encode() + source_of(name, function, "extractor")).hexdigest()[:16],
        resize="as the function does",
        num_features=features.shape[1],
        num_classes=None if logits is None else logits.shape[1],
        look=look,
        batch_size=LARGE_BATCH,
        device=device,
    )
