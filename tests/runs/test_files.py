"""Files are there whole or not at all, and give back what was written."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file

from ganatomy.errors import DataError, IncompatibleRun
from ganatomy.runs.files import (
    append_lines,
    last_lines,
    read_json,
    read_lines,
    replacing,
    require_writable,
    write_arrays,
    write_json,
    write_tensors,
)

RECORDS = st.lists(
    st.dictionaries(
        st.text(),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text()
        | st.dictionaries(st.text(), st.integers()),
    )
)


def half_written(path: Path) -> None:
    with replacing(path) as partial:
        partial.write_text("half")
        raise KeyboardInterrupt


def test_a_file_takes_its_place_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.txt"
    with replacing(path) as partial:
        partial.write_text("whole")
        assert partial.parent == path.parent, "a rename within one folder is atomic"
        assert not path.exists()
    assert path.read_text() == "whole"
    with pytest.raises(KeyboardInterrupt):
        half_written(path)
    assert [p.name for p in path.parent.iterdir()] == ["file.txt"]
    assert path.read_text() == "whole"


def test_json_comes_back_and_ends_with_a_line_break(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    value = {"schema": 1, "layers": ["layer2"], "gamma": 0.1, "name": "été", "none": None}
    write_json(path, value)
    assert read_json(path) == value
    assert path.read_text().endswith("}\n")


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_json_has_no_number_that_is_not_finite(tmp_path: Path, value: float) -> None:
    path = tmp_path / "x.json"
    write_json(path, [1])
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        write_json(path, {"kept": value})
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]
    assert read_json(path) == [1]


def test_a_missing_file_is_told_with_its_run(tmp_path: Path) -> None:
    with pytest.raises(IncompatibleRun) as caught:
        read_json(tmp_path / "config.json")
    assert str(caught.value) == f"{tmp_path} has no config.json; is it a run directory?"


@pytest.mark.parametrize("content", [b"", b'{"schema": 1,', b"\xff\xfe{\0}\0"])
def test_what_is_no_json_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(content)
    with pytest.raises(IncompatibleRun, match=r"config.json is not JSON \(.+\); copy it again from the run it came"):
        read_json(path)


def test_tensors_come_back_bit_by_bit_in_any_layout(tmp_path: Path) -> None:
    path = tmp_path / "weights" / "x.safetensors"
    rng = torch.Generator().manual_seed(0)
    tensors = {
        "learning": torch.randn(3, 2, generator=rng, requires_grad=True),
        "turned": torch.randn(3, 2, generator=rng).T,
        "channels last": torch.randn(2, 3, 4, 5, generator=rng).contiguous(memory_format=torch.channels_last),
        "half": torch.randn(3, generator=rng).half(),
        "count": torch.tensor(7),
        "none": torch.empty(0),
        "special": torch.tensor([math.nan, -0.0, math.inf]),
    }
    write_tensors(path, tensors, {"state": "here"})
    read = load_file(path)
    assert read.keys() == tensors.keys()
    for name, value in tensors.items():
        assert read[name].dtype == value.dtype, name
        assert read[name].shape == value.shape, name
        assert read[name].numpy().tobytes() == value.detach().numpy().tobytes(), name
    with safe_open(path, framework="pt") as file:
        assert file.metadata() == {"state": "here"}
    write_tensors(path, {"a": torch.ones(1)})
    with safe_open(path, framework="pt") as file:
        assert file.metadata() is None


def test_arrays_come_back_and_nothing_is_pickled(tmp_path: Path) -> None:
    path = tmp_path / "samples" / "x.npz"
    arrays = {"points": np.arange(6, dtype=np.float32).reshape(3, 2), "counts": np.array([7], dtype=np.int64)}
    write_arrays(path, **arrays)
    with np.load(path, allow_pickle=False) as read:
        assert set(read) == set(arrays)
        for name, value in arrays.items():
            assert read[name].dtype == value.dtype
            assert np.array_equal(read[name], value)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="allow_pickle=False"):
        write_arrays(path, objects=np.array([object()]))
    assert [p.name for p in path.parent.iterdir()] == ["x.npz"]
    assert path.read_bytes() == before


def test_lines_have_null_for_what_is_not_finite(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    append_lines(path, [{"a": math.nan, "b": {"c": -math.inf, "d": 0.5}}])
    append_lines(path, [{"a": math.inf, "e": "text"}, {}])
    assert path.read_text() == '{"a": null, "b": {"c": null, "d": 0.5}}\n{"a": null, "e": "text"}\n{}\n'


def test_no_file_has_no_lines(tmp_path: Path) -> None:
    assert read_lines(tmp_path / "x.jsonl") == []


@settings(deadline=None)  # files, on a disk that may be busy
@given(first=RECORDS, second=RECORDS)
def test_lines_come_back_wherever_appending_was_split(
    tmp_path_factory: pytest.TempPathFactory, first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "x.jsonl"
    path.unlink(missing_ok=True)
    append_lines(path, first)
    append_lines(path, second)
    assert read_lines(path) == first + second


def test_the_last_lines_are_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    assert last_lines(path) == []
    lines = [{"generation": number} for number in range(100)]
    append_lines(path, lines)
    assert last_lines(path) == lines
    assert last_lines(path, 3 * len('{"generation": 10}\n') + 5) == lines[-3:]
    with path.open("a") as file:
        file.write('{"generation": 1')  # which another process is writing
    assert last_lines(path, 60) == lines[-2:]
    path.write_text('{"generation": 1}\n[]\n')
    with pytest.raises(IncompatibleRun, match=r"x.jsonl is damaged near its end \(no object but list\); restore it"):
        last_lines(path)


def test_a_line_cut_anywhere_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    whole, last = json.dumps({"generation": 1}) + "\n", json.dumps({"generation": 2, "quality": 0.25})
    for length in range(1, len(last)):
        path.write_text(whole + last[:length])
        assert read_lines(path) == [{"generation": 1}]
    path.write_text(whole + last)
    assert read_lines(path) == [{"generation": 1}, {"generation": 2, "quality": 0.25}]


WHOLE = b'{"generation": 1}\n'


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"generation": 2, "qua', "Unterminated string starting at: line 1 column 19"),
        (b'{"generation": 2}{"generation": 3}', "Extra data"),
        (b"", "Expecting value"),
        (b"\0\0\0\0", "Expecting value"),
        (b'{"name": "\xff"}', "'utf-8' codec can't decode byte 0xff"),
        (b'{"quality": NaN}', "NaN is no JSON number"),
        (b'{"quality": -Infinity}', "-Infinity is no JSON number"),
        (b"[1]", "no object but list"),
        (b"null", "no object but NoneType"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_damaged_line_that_is_not_the_last_one_is_told_with_its_number(tmp_path: Path, line: bytes, why: str) -> None:
    path = tmp_path / "metrics.jsonl"
    for after in (b"", WHOLE, WHOLE + b'{"generation": 3, "qua'):
        path.write_bytes(WHOLE + line + b"\n" + after)
        with pytest.raises(IncompatibleRun) as caught:
            read_lines(path)
        told = str(caught.value)
        assert told.startswith(f"{path} is damaged in line 2 ({why}")
        assert told.endswith(
            "restore the file from a copy of the run, or take out that line alone, which loses what it tells"
        )
        assert "\n" not in told


def test_what_is_left_of_a_last_line_is_no_line(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    for last in (b"\xff", b"\0\0", b"12", b"[1]", b"   "):
        path.write_bytes(WHOLE + last)
        assert read_lines(path) == [{"generation": 1}]
    path.write_bytes(b'{"generation": 1}\r\n{"sep": "\xe2\x80\xa8\xc2\x85"}')
    assert read_lines(path) == [{"generation": 1}, {"sep": "\u2028\x85"}], "other ends of lines are none"


def test_nothing_is_glued_to_an_unfinished_line(tmp_path: Path) -> None:
    path, last = tmp_path / "x.jsonl", '{"generation": 2, "quality": 0.25}'
    for whole in (WHOLE, b""):
        for length in range(len(last) + 1):
            path.write_bytes(whole + last[:length].encode())
            before = read_lines(path)
            append_lines(path, [{"generation": 3}])
            assert read_lines(path) == [*before, {"generation": 3}]
            assert path.read_bytes().endswith(b'\n{"generation": 3}\n') == bool(before)


def test_what_no_line_can_hold_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(WHOLE)
    with pytest.raises(TypeError):
        append_lines(path, [{"generation": 2}, {"generation": object()}])
    assert path.read_bytes() == WHOLE


def test_numbers_in_lists_that_are_not_finite_become_null_too(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    append_lines(path, [{"interval": (math.nan, 1.0), "parts": [{"a": [math.inf]}]}])
    assert read_lines(path) == [{"interval": [None, 1.0], "parts": [{"a": [None]}]}]


@pytest.mark.parametrize("text", ["[NaN]", "[" * 100_000], ids=["NaN", "deep"])
def test_a_file_of_json_is_strict_json(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(
        IncompatibleRun, match=r"a\.json is not JSON \((NaN is no JSON number|nested too deeply)\); copy"
    ):
        read_json(path)


def full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_an_error_of_the_disk_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "write_text", full_disk)
    with pytest.raises(OSError, match="No space left") as raised:
        write_json(tmp_path / "units.json", {})
    assert raised.value.filename == str(tmp_path / "units.json")


def test_a_folder_is_tried_and_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_writable(tmp_path)
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(DataError) as refused:
        require_writable(tmp_path)
    assert str(refused.value) == (
        f"cannot write {tmp_path}: No space left on device; make room or make it writable, or copy the run to where "
        "there is room"
    )
