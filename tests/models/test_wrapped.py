"""Whatever is around a module has the layers and the weights of the module, by their own names."""

import pytest
import torch
from tests.planted_classes import CLASSES, ParksAndStreets

from ganatomy.directions import DirectedGenerator
from ganatomy.models.adaptation import adapt
from ganatomy.models.classes import of_one_class
from ganatomy.models.wrapped import WrappedGenerator


def around() -> list[WrappedGenerator]:
    adapted = adapt(ParksAndStreets().eval(), classes=CLASSES)
    return [adapted, of_one_class(adapted, "park"), DirectedGenerator(adapted, ())]


@pytest.mark.parametrize("generator", around(), ids=lambda one: type(one).__name__)
def test_layers_and_weights_are_those_of_the_module(generator: WrappedGenerator) -> None:
    inner = generator.inner
    assert [*generator.named_modules()] == [*inner.named_modules()]
    assert generator.get_submodule("layer2.read") is inner.get_submodule("layer2.read")
    assert [*generator.state_dict()] == [*inner.state_dict()] == ["layer2.read.weight"]
    generator.load_state_dict({"layer2.read.weight": torch.zeros_like(inner.state_dict()["layer2.read.weight"])})
    assert not inner.state_dict()["layer2.read.weight"].any()


def test_what_runs_no_module_is_no_such_generator() -> None:
    class Empty(WrappedGenerator):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Empty()  # type: ignore[abstract]
