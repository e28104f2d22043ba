"""The benchmark of image sizes measures what it says, on small images."""

import json
import sys

import pytest

from benchmarks import image_sizes


def test_every_kind_of_network_has_a_row(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_sizes, "KINDS", ("progan",))
    monkeypatch.setattr(sys, "argv", ["image_sizes", "--sizes", "32", "--seconds", "0"])
    image_sizes.main()
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| progan")]
    assert len(rows) == 1
    _, kind, size, seconds, mib, _ = (cell.strip() for cell in rows[0].split("|"))
    assert (kind, size) == ("progan", "32")
    assert float(seconds) > 0
    assert float(mib) > 100


def test_a_case_tells_its_figures_as_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_sizes, "BATCH", 2)
    monkeypatch.setattr(sys, "argv", ["image_sizes", "--seconds", "0", "--case", "light", "32"])
    image_sizes.main()
    row = json.loads(capsys.readouterr().out)
    assert (row["kind"], row["image_size"]) == ("light", 32)
    assert row["seconds_per_kimg"] > 0


@pytest.mark.parametrize("kind", image_sizes.KINDS)
def test_networks_have_one_size_from_the_start(kind: str) -> None:
    config = image_sizes.settings(kind, 512)
    assert not config.grows
    assert (config.networks.generator, config.networks.discriminator) == (kind, kind)
