"""Files of weights: opened without running what they hold."""

import io
import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ganatomy.errors import CheckpointError
from ganatomy.exchange import files, unpickling
from ganatomy.exchange.files import nodes, read_tensors


def test_each_kind_gives_its_tensors_by_where_they_stand(tmp_path: Path) -> None:
    weight = torch.arange(6.0).reshape(2, 3)
    save_file({"a.weight": weight}, tmp_path / "g.safetensors")
    np.savez(tmp_path / "g.npz", **{"a/weight": weight.numpy()})
    nested = {"ema": {"a.weight": weight}, "steps": [{"b": torch.ones(1)}], "epoch": 3, "name": "x"}
    torch.save(nested, tmp_path / "g.pt")
    assert torch.equal(read_tensors(tmp_path / "g.safetensors")[("a.weight",)], weight)
    assert torch.equal(read_tensors(tmp_path / "g.npz")[("a/weight",)], weight)
    found = read_tensors(tmp_path / "g.pt")
    assert sorted(found) == [("ema", "a.weight"), ("steps", "0", "b")]
    assert [names for names, _ in nodes(found)] == [("ema",), ("steps", "0")]


class Touches:
    """Leaves a mark where it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("open('touched', 'w').close()",))


def test_a_pickle_that_would_run_code_is_refused_and_runs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"a": Touches()}, "g.pt")
    Path("plain.pkl").write_bytes(pickle.dumps({"a": Touches()}))
    for name in ("g.pt", "plain.pkl"):
        with pytest.raises(CheckpointError, match=r"holds more than weights.*would run code.*torch\.save\(generator\."):
            read_tensors(Path(name))
    assert not Path("touched").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("g.safetensors", b"no", "is no safetensors file, or damaged"),
        ("g.npz", b"no", "is no npz file of numbers"),
        ("g.pth", b"just text", "is no file of weights"),
        ("g.pth", b"", "is no file of weights"),
        ("g.h5", b"", r"is not known as a file of weights by its name; known are \.safetensors, \.npz, \.pt"),
    ],
)
def test_what_is_no_file_of_weights_is_one_line(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckpointError, match=said):
        read_tensors(tmp_path / name)


def test_nothing_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no file .*g\.pth; give a file of weights: \.safetensors"):
        read_tensors(tmp_path / "g.pth")
    torch.save({"epoch": 3}, tmp_path / "g.pth")
    with pytest.raises(CheckpointError, match="holds no tensors; give the file that holds the generator's weights"):
        read_tensors(tmp_path / "g.pth")


def test_too_many_tensors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_TENSORS", 1)
    save_file({"a": torch.ones(1), "b": torch.ones(1)}, tmp_path / "g.safetensors")
    np.savez(tmp_path / "g.npz", a=np.ones(1), b=np.ones(1))
    for name in ("g.safetensors", "g.npz"):
        with pytest.raises(
            CheckpointError, match=r"holds 2 tensors, more than 1; give the file of the generator alone"
        ):
            read_tensors(tmp_path / name)


def test_a_reader_that_takes_too_long_or_dies_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({"a": torch.ones(1)}, tmp_path / "g.pth")

    def late(*_args: object, **_named: object) -> None:
        raise subprocess.TimeoutExpired("python", 1)

    monkeypatch.setattr(files.subprocess, "run", late)
    with pytest.raises(CheckpointError, match="could not be read within 120 s"):
        read_tensors(tmp_path / "g.pth")
    monkeypatch.setattr(files.subprocess, "run", lambda *_a, **_k: subprocess.CompletedProcess([], -9, "", ""))
    with pytest.raises(CheckpointError, match=r"its reader ended with -9; is it damaged\?"):
        read_tensors(tmp_path / "g.pth")


def written(held: object, tmp_path: Path) -> Path:
    torch.save(held, tmp_path / "g.pth")
    return tmp_path / "g.pth"


def test_what_is_larger_or_deeper_than_its_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spread = torch.ones(1).expand(10**7)
    with pytest.raises(unpickling.Refused, match="stands for 40,000,000 bytes of weights, many times its own size"):
        unpickling.unpickled(written({"a": spread}, tmp_path))
    deep: object = torch.ones(1)
    for _ in range(20):
        deep = {"a": deep}
    with pytest.raises(unpickling.Refused, match="nested more than 12 levels deep"):
        unpickling.unpickled(written(deep, tmp_path))
    monkeypatch.setattr(unpickling, "MOST_TENSORS", 1)
    with pytest.raises(unpickling.Refused, match="holds more than 1 tensors"):
        unpickling.unpickled(written([torch.ones(1), torch.ones(1)], tmp_path))


def test_a_single_tensor_and_what_is_no_number_are_passed(tmp_path: Path) -> None:
    assert list(unpickling.unpickled(written(torch.ones(2), tmp_path))) == ['[""]']
    held = {"c": torch.ones(1, dtype=torch.complex64), "s": torch.eye(2).to_sparse(), "w": torch.ones(1)}
    assert list(unpickling.unpickled(written(held, tmp_path))) == ['["w"]']


def test_the_reader_answers_on_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpickling, "limit", lambda size: None)
    file = written({"w": torch.ones(1)}, tmp_path)
    assert json.loads(unpickling.main(file, tmp_path / "t.safetensors")) == {}
    assert (tmp_path / "t.safetensors").exists()
    file.write_bytes(io.BytesIO(b"text").getvalue())
    assert "no file of weights" in json.loads(unpickling.main(file, tmp_path / "u.safetensors"))["error"]


def test_the_reader_is_bounded_in_a_process_of_its_own(tmp_path: Path) -> None:
    code = "from ganatomy.exchange.unpickling import limit; limit(10); bytearray(20 * 2**30)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr
