import pytest
import torch

from ganatomy.directions.axes import Directions, Units
from ganatomy.errors import DataError, LayerError


def given(rows, base="layer1"):
    return Directions.given("some", base, torch.tensor(rows))


def test_units_are_what_the_directions_read() -> None:
    output = torch.tensor([[1.0, 2.0, 3.0]])
    assert given([[1.0, 0.0, 0.0], [0.0, 1.0, -1.0]]).read(output).tolist() == [[1.0, -1.0]]
    at_cells = output[:, :, None, None].expand(1, 3, 2, 4)
    assert given([[0.0, 2.0, 0.0]]).read(at_cells).tolist() == [[[[4.0] * 4] * 2]]


def test_a_centre_is_where_units_are_zero() -> None:
    directions = given([[1.0, 1.0]])
    moved = Directions("some", "layer1", directions.vectors, torch.tensor([1.0, 2.0]).double(), directions.found)
    assert moved.read(torch.tensor([[1.0, 2.0], [2.0, 2.0]])).tolist() == [[0.0], [1.0]]


@pytest.mark.parametrize("cells", [(), (3, 5)])
def test_a_change_is_read_as_it_was_made_and_nothing_else_moves(cells: tuple[int, ...]) -> None:
    """Of directions at any angle: what is put back is read again, and what no direction reads stays."""
    rng = torch.Generator().manual_seed(0)
    directions = Directions.given("some", "layer1", torch.randn(3, 7, generator=rng, dtype=torch.float64))
    output = torch.randn(4, 7, *cells, generator=rng, dtype=torch.float64)
    units = directions.read(output)
    changed = torch.randn(units.shape, generator=rng, dtype=torch.float64)
    put = directions.put(output, units, changed)
    assert torch.allclose(directions.read(put), changed, atol=1e-12)
    assert torch.allclose(directions.put(put, changed, units), output, atol=1e-12)
    _, _, rows = torch.linalg.svd(directions.vectors)
    beside = Directions.given("beside", "layer1", rows[3:])
    assert torch.allclose(beside.read(put), beside.read(output), atol=1e-12)


def test_ablating_a_direction_projects_it_out() -> None:
    direction = torch.tensor([[3.0, 4.0]]).double()
    directions, output = Directions.given("some", "layer1", direction), torch.tensor([[5.0, 5.0], [1.0, 0.0]]).double()
    units = directions.read(output)
    projected = output - (output @ direction.T) * direction / 25
    assert torch.allclose(directions.put(output, units, torch.zeros_like(units)), projected, atol=1e-14)


def test_an_output_that_nobody_changes_goes_on_itself() -> None:
    output = torch.randn(2, 5, 3, 3)
    assert Units(Directions.given("some", "layer1", torch.randn(2, 5))).through(output) is output


def test_turned_directions_read_the_other_ends() -> None:
    directions, output = given([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]])
    assert directions.turned().read(output).item() == -directions.read(output).item()
    assert (directions.found.is_negative, directions.turned().found.is_negative) == (False, True)


def test_the_digest_changes_with_directions_and_layer_but_not_with_the_name() -> None:
    one = given([[1.0, 2.0]])
    assert one.digest == one.named("other").digest
    assert len({one.digest, one.turned().digest, given([[1.0, 2.0]], "layer2").digest}) == 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([1.0, 2.0], r"have shape \(2,\); give \(d, u\), one direction a row"),
        ([[]], r"have shape \(1, 0\)"),
        ([[1.0, float("nan")]], "hold NaN or infinite numbers; give finite ones"),
        ([[1.0, 2.0], [2.0, 4.0]], "2 directions of layer 'layer1' span 1 dimensions; leave out zeros"),
        ([[0.0, 0.0]], "1 directions of layer 'layer1' span 0 dimensions"),
        ([[1.0], [2.0]], "2 directions of layer 'layer1' span 1 dimensions"),
    ],
)
def test_directions_that_are_none_are_refused(rows, said) -> None:
    with pytest.raises(DataError, match=said):
        given(rows)


@pytest.mark.parametrize("shape", [(2, 3, 4, 4), (2, 5, 2), (2, 3)])
def test_an_output_of_other_units_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(LayerError, match=r"layer 'layer1' returns shape .* its directions 'some' are of 2 units"):
        given([[1.0, 2.0]]).read(torch.zeros(shape))
