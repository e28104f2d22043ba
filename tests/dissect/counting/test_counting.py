"""The pilot of a dissection runs a network no further than the layers that it measures."""

from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.planted import PlantedGenerator, PlantedSegmenter
from ganatomy.dissect.protocol import DissectionProtocol


def test_the_pilot_runs_nothing_after_the_last_layer():
    generator, calls = PlantedGenerator(), {"layer1": 0, "layer2": 0, "output": 0}

    def count(name):
        def counted(*_):
            calls[name] += 1

        return counted

    for name in calls:
        generator.get_submodule(name).register_forward_hook(count(name))
    protocol = DissectionProtocol(num_images=20, batch_size=5, grid=(8, 8), blocks=2)
    dissect_layers(generator, PlantedSegmenter(), ["layer1"], protocol)
    # Four batches for the thresholds, four of validation and four of test samples, and one image whose size is asked
    assert calls == {"layer1": 4 + 9, "layer2": 9, "output": 9}
