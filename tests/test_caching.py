from pathlib import Path

import pytest

from ganatomy.caching import default_cache_dir


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({}, Path.home() / ".cache" / "ganatomy"),
        ({"XDG_CACHE_HOME": "/x"}, Path("/x/ganatomy")),
        ({"XDG_CACHE_HOME": "/x", "GANATOMY_CACHE": "/y"}, Path("/y")),
        ({"XDG_CACHE_HOME": "", "GANATOMY_CACHE": ""}, Path.home() / ".cache" / "ganatomy"),
    ],
)
def test_the_packages_own_variable_goes_before_the_desktops(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], place: Path
) -> None:
    for name in ("GANATOMY_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert default_cache_dir() == place
