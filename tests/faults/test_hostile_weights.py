"""10,000 damaged checkpoints: each is read, or refused by an error of ours, in a moment and with little memory."""

import io
import json
import resource
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save
from torch import Tensor, nn

from ganatomy.errors import GanatomyError
from ganatomy.exchange.files import read_tensors
from ganatomy.exchange.layouts.hints import Hints, Rectifier
from ganatomy.exchange.search import generator_in, networks_in
from ganatomy.exchange.unpickling import Refused, unpickled
from ganatomy.models.kinds import KINDS

SECONDS, BYTES = 1.0, 2**30
"""The most that one of them may take."""
HINTS = Hints(Rectifier("relu"), latent="normal")


def weights() -> dict[str, Tensor]:
    """Return those of a small DCGAN, whose BatchNorms have seen nothing."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.ConvTranspose2d(4, 6, 4, bias=False),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.ConvTranspose2d(6, 3, 4, 2, 1),
        nn.Tanh(),
    )
    return {f"main.{name}": value for name, value in network.state_dict().items()}


def as_safetensors(held: dict[str, Tensor]) -> bytes:
    return save({name: value.clone().contiguous() for name, value in held.items()})


def as_npz(held: dict[str, Tensor]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **{name: value.numpy() for name, value in held.items()})
    return buffer.getvalue()


def as_pickle(held: dict[str, Tensor]) -> bytes:
    buffer = io.BytesIO()
    torch.save(held, buffer)
    return buffer.getvalue()


def damaged_bytes(content: bytes, rng: np.random.Generator) -> bytes:
    """Return a file with some bytes changed, cut off, doubled or left out, more often near its beginning."""
    held = bytearray(content)
    reach = len(held) if rng.random() < 0.4 else min(len(held), 700)
    for _ in range(rng.integers(1, 6)):
        at = int(rng.integers(reach))
        what = rng.integers(5)
        if what == 0:
            held[at] = int(rng.integers(256))
        elif what == 1:
            held[at] ^= 1 << int(rng.integers(8))
        elif what == 2:
            del held[at : at + int(rng.integers(1, 9))]
        elif what == 3:
            held[at:at] = held[at : at + int(rng.integers(1, 17))]
        else:
            held[at] = ord('0123456789[]{},:"-e'[int(rng.integers(18))])
        reach = min(reach, len(held))
    return bytes(held[: int(rng.integers(len(held)))] if rng.random() < 0.1 else held)


def damaged_weights(held: dict[str, Tensor], rng: np.random.Generator) -> dict[str, Tensor]:
    """Return a state dict with tensors left out, renamed, reshaped, of other types or with other values."""
    changed = dict(held)
    for _ in range(rng.integers(1, 4)):
        if not changed:
            break
        name = str(rng.choice(sorted(changed)))
        value = changed[name]
        what = rng.integers(8)
        if what == 0:
            del changed[name]
        elif what == 1:
            changed[f"{name[: int(rng.integers(len(name) + 1))]}{rng.choice(['.', '9', 'x.0', '..', 'é'])}"] = value
        elif what == 2:
            changed[name] = value.flatten()
        elif what == 3 and value.ndim > 1:
            changed[name] = value.transpose(0, 1)
        elif what == 4:
            changed[name] = value.to(rng.choice([torch.float16, torch.int64, torch.bool, torch.float64]))
        elif what == 5 and value.is_floating_point():
            changed[name] = value * float(rng.choice([np.nan, np.inf, 1e38, 0.0]))
        elif what == 6 and value.ndim:
            changed[name] = value[: int(rng.integers(len(value) + 1))]
        else:
            changed[name] = value.new_zeros(tuple(int(one) for one in rng.integers(0, 40, int(rng.integers(0, 5)))))
    return changed


def checkpoints(suffix: str, count: int) -> Iterator[bytes]:
    """Yield damaged files of one kind, the same at every call."""
    written: dict[str, Callable[[dict[str, Tensor]], bytes]] = {
        ".safetensors": as_safetensors,
        ".npz": as_npz,
        ".pth": as_pickle,
    }
    rng, whole = np.random.default_rng(19), weights()
    for number in range(count):
        if number % 2:
            yield damaged_bytes(written[suffix](whole), rng)
        else:
            yield written[suffix](damaged_weights(whole, rng))


def opened(path: Path) -> None:
    """Do with a file what an import does, but for the process around a pickle."""
    if path.suffix == ".pth":
        tensors = {tuple(json.loads(name)): value for name, value in unpickled(path).items()}
    else:
        tensors = read_tensors(path)
    _, found = generator_in(networks_in(tensors), hints=HINTS)
    network = KINDS[found.kind][0](found.shape)
    network.load_state_dict(found.weights)
    network.eval()(torch.zeros(1, network.z_dim))


@pytest.mark.filterwarnings("ignore")  # numpy and torch warn of what they find in damaged files
@pytest.mark.parametrize(("suffix", "count"), [(".safetensors", 6000), (".npz", 2000), (".pth", 2000)])
def test_a_damaged_checkpoint_is_refused_in_a_moment(tmp_path: Path, suffix: str, count: int) -> None:
    path, slowest, refused = tmp_path / f"g{suffix}", 0.0, 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number, content in enumerate(checkpoints(suffix, count)):
        path.write_bytes(content)
        began = time.process_time()
        try:
            opened(path)
        except (GanatomyError, Refused):
            refused += 1
        except Exception as error:
            raise AssertionError(f"checkpoint {number}: {type(error).__name__}: {error}") from error
        slowest = max(slowest, time.process_time() - began)
    assert count // 2 < refused < count
    assert slowest < SECONDS
    assert 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < BYTES


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", bytes(50 * 2**20))
    with pytest.raises(GanatomyError):
        read_tensors(path)
