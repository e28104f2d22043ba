"""Prints, as JSON, what another library makes of the features in `features.py`; run by `conftest.py` in a process."""

import contextlib
import io
import json
import sys
import types
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parent))
from features import SEED, SPLITS, SUBSET_SIZE, SUBSETS, features


def stand_in_for_torchvision() -> None:
    """Put an empty torchvision in the place of the real one: the features are given, no image is read."""

    class Anything(types.ModuleType):
        """A module that has every name, and is every module below it."""

        __path__: tuple[str, ...] = ()

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return sys.modules.get(f"{self.__name__}.{name}") or type(name, (), {})

    for name in ("torchvision", "torchvision.transforms", "torchvision.transforms.functional", "torchvision.datasets"):
        sys.modules[name] = Anything(name)


def torch_fidelity() -> dict[str, Any]:
    stand_in_for_torchvision()
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
    from torch_fidelity.metric_isc import isc_features_to_metric
    from torch_fidelity.metric_kid import kid_features_to_metric
    from torch_fidelity.metric_prc import prc_features_to_metric

    real, generated, logits = map(torch.from_numpy, features())
    statistics = [fid_features_to_statistics(x) for x in (real, generated)]
    kernel = {"kid_subsets": SUBSETS, "kid_subset_size": SUBSET_SIZE, "rng_seed": SEED}
    return {
        **fid_statistics_to_metric(*statistics, verbose=False),
        **isc_features_to_metric(logits, splits=SPLITS, shuffle=False),
        **kid_features_to_metric(real, generated, **kernel, verbose=False),
        **prc_features_to_metric(generated, real, verbose=False),
        **mind(real, generated),
    }


def mind(real: torch.Tensor, generated: torch.Tensor) -> dict[str, Any]:
    """Return MIND and the directions it was measured along, in those versions that have it; 0.4.0 has not."""
    try:
        from torch_fidelity.metric_mind import mind_features_to_metric
    except ImportError:
        return {}
    alike = real[: len(generated)]
    return dict(
        mind_features_to_metric(alike, generated, mind_num_projections=64, rng_seed=SEED, cuda=False, verbose=False)
    )


def prdc() -> dict[str, Any]:
    from prdc import compute_prdc

    real, generated, _ = features()
    return {key: float(value) for key, value in compute_prdc(real, generated, nearest_k=5).items()}


if __name__ == "__main__":
    library = sys.argv[1]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            answer = {"torch-fidelity": torch_fidelity, "prdc": prdc}[library]()
    except ModuleNotFoundError as error:
        answer = {"missing": str(error)}
    sys.stdout.write(json.dumps(answer) + "\n")
