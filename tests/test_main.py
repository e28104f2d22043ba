"""`python -m ganatomy`."""

import runpy
import sys

import pytest

import ganatomy


@pytest.mark.parametrize(("words", "code"), [(["--version"], 0), (["evlve"], 2)])
def test_the_module_runs_the_command_line_and_exits_with_its_code(
    words: list[str], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ganatomy", *words])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module("ganatomy", run_name="__main__")
    assert stopped.value.code == code
    out, err = capsys.readouterr()
    assert out == (f"{ganatomy.__version__}\n" if code == 0 else "")
    assert err == ("" if code == 0 else "ganatomy: no command 'evlve'; did you mean 'evolve'?\n")


def test_importing_the_module_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_module("ganatomy.__main__", run_name="ganatomy.__main__")
    assert capsys.readouterr().out == ""
