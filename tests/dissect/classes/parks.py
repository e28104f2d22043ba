"""Parks and streets, dissected over both: what all tests of classes start from."""

from dataclasses import replace
from functools import cache

from tests.planted_classes import CLASSES, ParksAndStreets

from ganatomy.dissect.classes.reports import ByClass, dissect_classes
from ganatomy.dissect.layers import Dissection, dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.models.adaptation import AdaptedGenerator, adapt
from ganatomy.segment.planted import PlantedSegmenter

PROTOCOL = DissectionProtocol(num_images=120, blocks=6)
EACH = 60
"""Samples of each class."""


def generator() -> AdaptedGenerator:
    return adapt(ParksAndStreets().eval(), classes=CLASSES)


@cache
def dissection() -> Dissection:
    return dissect_layers(generator(), PlantedSegmenter(), ["layer1", "layer2"], PROTOCOL)


@cache
def by_class() -> ByClass:
    return dissect_classes(generator(), PlantedSegmenter(), dissection(), ["each"], PROTOCOL, EACH)


def each_protocol() -> DissectionProtocol:
    return replace(PROTOCOL, num_images=EACH)
