"""One generator is told from another by weights and by architecture."""

import copy
import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

import pytest
import torch
from torch import nn

from ganatomy.models.fingerprint import architecture, fingerprint, made_by, weights_fingerprint
from ganatomy.models.networks.dcgan import Generator, GeneratorShape


def generator(leak: float = 0.0, latent: Any = "normal") -> Generator:
    torch.manual_seed(0)
    return Generator(GeneratorShape(16, (4, 3), z_dim=5, leak=leak, latent=latent))


def test_equal_weights_of_equal_architecture_are_one_generator() -> None:
    assert fingerprint(generator()) == fingerprint(generator())
    assert len(fingerprint(generator())) == 16


def test_any_weight_changes_it_and_the_mode_does_not() -> None:
    network = generator()
    before = fingerprint(network)
    assert fingerprint(copy.deepcopy(network).eval()) == before
    for name, value in network.state_dict().items():
        other = copy.deepcopy(network)
        other.state_dict()[name].copy_(value + 1)
        assert fingerprint(other) != before


def test_architecture_changes_it_where_the_weights_are_equal() -> None:
    prints = [fingerprint(generator()), fingerprint(generator(leak=0.2)), fingerprint(generator(latent="uniform"))]
    assert len(set(prints)) == 3
    assert len({weights_fingerprint(one) for one in (generator(), generator(0.2))}) == 1


def test_a_foreign_module_is_told_by_what_torch_shows_of_it() -> None:
    one, other = nn.Sequential(nn.Linear(2, 2), nn.LeakyReLU(0.1)), nn.Sequential(nn.Linear(2, 2), nn.LeakyReLU(0.2))
    other.load_state_dict(one.state_dict())
    assert fingerprint(one) != fingerprint(other)
    assert "negative_slope=0.1" in architecture(one)


def test_the_first_records_held_the_weights_alone_and_are_still_known() -> None:
    net = nn.Linear(1, 1)
    net.load_state_dict({"weight": torch.tensor([[2.0]]), "bias": torch.tensor([3.0])})
    two, three = b"\x00\x00\x00\x40", b"\x00\x00\x40\x40"  # little endian
    expected = hashlib.sha256(b"weight" + two + b"bias" + three).hexdigest()[:16]
    assert weights_fingerprint(net) == expected
    assert made_by(net, expected)
    assert made_by(net, fingerprint(net))
    assert not made_by(net, "0" * 16)


def test_records_of_shapes_that_lacked_a_field_hold_for_what_all_were_then() -> None:
    net = generator()
    shape = {name: value for name, value in asdict(net.shape).items() if name != "latent_layers"}
    assert architecture(net) == json.dumps({"kind": "dcgan", **shape}, sort_keys=True)
    every = Generator(replace(net.shape, latent_layers="every"))
    assert json.loads(architecture(every))["latent_layers"] == "every"


def test_bfloat16_and_single_numbers_have_bytes_too() -> None:
    net = nn.BatchNorm1d(2).to(torch.bfloat16)
    assert fingerprint(net) == fingerprint(net)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch's own modules, on import
def test_a_compiled_network_is_the_network() -> None:
    net = generator()
    assert fingerprint(torch.compile(net)) == fingerprint(net)
