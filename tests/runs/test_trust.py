"""Code that the user has named."""

from pathlib import Path

import pytest

from ganatomy.errors import CheckpointError, ConfigError, IncompatibleRun
from ganatomy.runs.trust import name_code, named_code, trusted_file


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "named_net.py").write_text("class Net: ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))


def test_only_what_was_named_is_imported(tmp_path: Path) -> None:
    run = Path("runs/0001")
    with pytest.raises(
        IncompatibleRun, match=r"name it yourself, once: ganatomy import runs/0001 --module named_net:Net"
    ):
        named_code("named_net:Net", run)
    name_code("named_net:Net")
    assert named_code("named_net:Net", run).__name__ == "Net"
    (tmp_path / "named_net.py").write_text("class Net: ...  # other\n")
    with pytest.raises(IncompatibleRun, match=r"the code of 'named_net:Net' has changed since you named it"):
        named_code("named_net:Net", run)
    with pytest.raises(ConfigError, match="cannot import 'nothing'"):
        name_code("nothing:Net")


def test_without_a_place_of_its_own_the_file_lies_in_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME")
    assert trusted_file() == Path("~/.config/ganatomy/modules.json").expanduser()


@pytest.mark.parametrize("content", ["no", "[]", '{"a": 1}'])
def test_a_damaged_file_is_told(content: str) -> None:
    trusted_file().parent.mkdir(parents=True)
    trusted_file().write_text(content)
    with pytest.raises(CheckpointError, match=r"modules\.json is damaged; delete it, and name the modules"):
        named_code("named_net:Net", Path("run"))
