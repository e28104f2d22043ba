"""The benchmark of kept kernels: both ways are told apart, compared and printed."""

import json

import pytest
import torch
from benchmarks.folded_upsampling import generators, keep_kernels, main, measure

from benchmarks import folded_upsampling
from ganatomy.models.networks import upsampling
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.upsampling import UpsampledConv, widened


@pytest.fixture
def generator():
    return Generator(GeneratorShape(32, (8, 6, 4), z_dim=4)).eval()


def test_generators_upsample_and_are_in_evaluation_mode(monkeypatch):
    monkeypatch.setattr(folded_upsampling, "SIZES", (64,))
    found = generators()
    assert list(found) == ["light, 64 px", "resnet, 64 px"]
    for one in found.values():
        assert not any(part.training for part in one.modules())
        assert any(isinstance(part, UpsampledConv) for part in one.modules())


def test_before_makes_each_kernel_and_after_none(generator, monkeypatch):
    made = []
    monkeypatch.setattr(upsampling, "widened", lambda kernel: made.append(1) or widened(kernel))
    row = measure(generator, torch.randn(2, 4), rounds=3)
    # Three convolutions; in each of four rounds before makes them, and the pass that is not timed makes what is kept
    assert len(made) == 4 * (3 + 3)
    assert row["gain"] == pytest.approx(row["after"] / row["before"])


def test_kernels_are_kept_or_not(generator):
    keep_kernels(generator, False)
    assert [part.training for part in generator.modules() if isinstance(part, UpsampledConv)] == [True] * 3
    assert not generator.layer1.training
    keep_kernels(generator, True)
    assert not any(part.training for part in generator.modules())


def test_other_images_are_an_error(generator, monkeypatch):
    monkeypatch.setattr(UpsampledConv, "_kernel_kept", lambda self: self._kernel() * 2)
    with pytest.raises(SystemExit, match="give other images than those made in each pass"):
        measure(generator, torch.randn(2, 4), rounds=1)


@pytest.mark.parametrize("flags", [["--json"], []])
def test_what_is_printed(generator, monkeypatch, capsys, flags):
    monkeypatch.setattr("sys.argv", ["folded_upsampling.py", "--quick", *flags])
    monkeypatch.setattr(folded_upsampling, "generators", lambda: {"tiny": generator})
    main()
    printed = capsys.readouterr().out
    if flags:
        assert [(row["generator"], row["batch"]) for row in json.loads(printed)["rows"]] == [("tiny", 1), ("tiny", 32)]
    else:
        assert [line.split(" | ")[0] for line in printed.splitlines()] == ["generator, batch", "tiny, 1", "tiny, 32"]
