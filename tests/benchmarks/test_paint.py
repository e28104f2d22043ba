"""The benchmark of the paint app asks a server that really runs."""

import json

import numpy as np
import pytest
from benchmarks.paint import CASES, edits, main, server

from ganatomy.runs.packaged import packaged_run


def test_strokes_are_timed_beside_the_bare_upper_part(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick", "--json", "--strokes", "4"])
    told = json.loads(capsys.readouterr().out)
    (row,) = told["rows"]
    assert (row["generator"], row["image_size"], row["strokes"], row["required"]) == ("64 px", 64, 4, 16.0)
    for name in ("image", "segment", "upper", "beside"):
        assert 0 < row[name]["median"] <= row[name]["p95"]
    assert told["segment_required"] == 60.0


def test_what_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    times = {"median": 1.0, "p95": 2.0}
    row = {"layer": "layer3", **dict.fromkeys(("image", "segment", "upper", "beside"), times)}
    monkeypatch.setattr("benchmarks.paint.measure", lambda *_: row)
    main([])
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if "required" in line] == [
        f"{name}, layer3 (required {case[2]:.0f} ms)" for name, case in CASES.items()
    ]
    assert printed[1] == "  image    median    1.0 ms, 95 %    2.0 ms"


def test_a_brush_moves_over_each_sample() -> None:
    about = {"cells": [16, 16], "units": 12, "layer": "layer3"}
    found = list(edits(about, 80))
    assert [edit["sample"]["id"] for edit in found] == [0] * 40 + [1] * 40
    assert len({edit["strokes"][0]["cells"] for edit in found}) > 70
    assert found[0]["strokes"][0]["units"] == [*range(12)]
    assert np.isclose(found[0]["strokes"][0]["strength"], 0.9)


def test_a_server_that_does_not_start_is_told() -> None:
    said = "the server did not start: ganatomy: no layer 'layer9'"
    with pytest.raises(SystemExit, match=said), server(packaged_run().path, "layer9"):
        pass
