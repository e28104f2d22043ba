"""Chains of torch's own parts."""

import pytest
import torch

from ganatomy.errors import ConfigError
from ganatomy.hooks import split
from ganatomy.models.networks.sequential import Part, SequentialGenerator, SequentialShape, activation

PARTS = (
    Part("cells", "unflatten", 4, kernel=1),
    Part("main.0", "transposed", 4, 6, 4),
    Part("main.1", "batch_norm", 6, 6),
    Part("main.2", "relu"),
    Part("main.3", "nearest"),
    Part("main.4", "conv", 6, 1, 3, padding=1),
    Part("main.5", "tanh"),
    Part("grey", "grey"),
)


def test_parts_run_in_order_under_their_names() -> None:
    generator = SequentialGenerator(SequentialShape(8, 4, PARTS)).eval()
    z = torch.randn(3, 4)
    body = generator.main
    with torch.no_grad():
        x = torch.tanh(body[4](body[3](torch.relu(body[1](body[0](z[:, :, None, None]))))))
        assert torch.equal(generator(z), x.expand(-1, 3, -1, -1))
        assert torch.equal(generator(z[:, :, None, None]), generator(z))
    assert [name for name, _ in generator.parts_in_order] == ["cells", "main", "grey"]
    assert generator.layer_names == ["main.2"]
    lower, upper = split(generator, "main.2")
    assert upper.how == "divided"
    with torch.no_grad():
        assert torch.equal(upper(lower(z)), generator(z))


def test_names_that_are_no_nested_chain_run_all_the_same() -> None:
    parts = (
        Part("a.fc", "linear", 4, 8 * 16),
        Part("b.norm", "batch_norm_flat", 128, 128),
        Part("a.cells", "unflatten", 8, kernel=4),
        Part("b.up", "bilinear"),
        Part("a.conv", "conv", 8, 3, 3, padding=1),
    )
    generator = SequentialGenerator(SequentialShape(8, 4, parts)).eval()
    assert generator.parts_in_order == []
    assert generator(torch.zeros(2, 4)).shape == (2, 3, 8, 8)
    assert sorted(name for name, _ in generator.named_parameters())[0].startswith("a.")


@pytest.mark.parametrize("kind", ["relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "leaky_relu"])
def test_every_rectifier_is_torchs_own(kind: str) -> None:
    x = torch.linspace(-2, 2, 9)
    function = getattr(torch.nn.functional, kind)
    assert torch.equal(activation(kind, 0.2)(x), function(x, 0.2) if kind == "leaky_relu" else function(x))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"kind": "lambda"}, "part 'a' is of kind 'lambda'; choose from linear, conv"),
        ({"kind": "conv", "inputs": -1}, "negative"),
        ({"kind": "relu", "name": "a..b"}, r"named 'a\.\.b'"),
    ],
)
def test_what_is_no_part_is_refused(part: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Part(**{"name": "a", **part})  # type: ignore[arg-type]


def test_names_stand_once_and_sizes_are_bounded() -> None:
    with pytest.raises(ConfigError, match="each name once"):
        SequentialShape(8, 4, (PARTS[0], PARTS[0]))
    with pytest.raises(ConfigError):
        SequentialShape(8, 4, (Part("a", "linear", 2**20, 2**20),))
