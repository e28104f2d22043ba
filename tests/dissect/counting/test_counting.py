"""The pilot of a dissection runs a network no further than the layers that it measures."""

import pytest
import torch
from tests.reference import authors

from ganatomy.dissect.counting import counting
from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.samples import TEST
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter


@pytest.mark.parametrize(
    ("profile", "pilot", "passes"),
    [
        ("paper", 4, 9),  # four batches of validation and four of test samples, and one image whose size is asked
        ("pnas2020", 4, 5),  # no validation samples
    ],
)
def test_the_pilot_runs_nothing_after_the_last_layer(profile, pilot, passes):
    generator, calls = PlantedGenerator(), {"layer1": 0, "layer2": 0, "output": 0}

    def count(name):
        def counted(*_):
            calls[name] += 1

        return counted

    for name in calls:
        generator.get_submodule(name).register_forward_hook(count(name))
    protocol = DissectionProtocol(num_images=20, batch_size=5, grid=(8, 8), blocks=2)
    dissect_layers(generator, PlantedSegmenter(), ["layer1"], protocol, profile=profile)
    assert calls == {"layer1": pilot + passes, "layer2": passes, "output": passes}


def test_fixed_thresholds_are_measured_on_all_scored_samples(monkeypatch):
    monkeypatch.setattr(counting, "PILOT", 5)  # of validation samples, which these have no use for
    generator, protocol = PlantedGenerator(), DissectionProtocol(num_images=20, blocks=2)
    (layer,) = dissect_layers(generator, PlantedSegmenter(), ["layer1"], protocol, profile="pnas2020").layers
    with torch.no_grad():
        maps = generator.layer1(LatentSet(generator, 0, TEST, 20).take(torch.arange(20)))
    noise = authors.upsampled_2020(maps[:, [NUMBER["noise"]]], (16, 16)).flatten().sort().values
    found = float(layer.counts.test.edges[NUMBER["noise"], 0])
    assert found == pytest.approx(float(noise[int(0.99 * (len(noise) - 1))]), abs=1e-6)
    assert layer.counts.validation.num_images == 0
