"""Upsampling and a convolution in one give what both give one after the other."""

import copy
import pickle
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from ganatomy.models.networks import upsampling
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.upsampling import UpsampledConv, widened


def test_one_transposed_convolution_equals_upsampling_then_convolving() -> None:
    torch.manual_seed(0)
    ours = UpsampledConv(5, 4, bias=True)
    theirs = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(5, 4, 3, padding=1))
    theirs[1].load_state_dict(ours.state_dict())
    x = torch.randn(2, 5, 6, 7, requires_grad=True)
    # 1e-5: single precision, sums in another order
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-5, atol=1e-5)
    by_ours = torch.autograd.grad(ours(x).square().sum(), [x, ours.weight])
    by_theirs = torch.autograd.grad(theirs(x).square().sum(), [x, theirs[1].weight])
    for a, b in zip(by_ours, by_theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


@pytest.fixture
def conv() -> UpsampledConv:
    torch.manual_seed(0)
    return UpsampledConv(5, 4, bias=True).eval()


X = torch.randn(2, 5, 6, 7, generator=torch.Generator().manual_seed(1))


def unfolded(conv: UpsampledConv, x: Tensor = X) -> Tensor:
    """Return what a twin in training mode gives, which keeps nothing."""
    return copy.deepcopy(conv).train()(x)


def changes(conv: UpsampledConv, change: Callable[[], object]) -> None:
    """Assert that a change of the weights is seen by the next pass, however it was made."""
    with torch.no_grad():
        before = conv(X)
        change()
        after = conv(X)
        assert not torch.equal(before, after)
        assert torch.equal(after, unfolded(conv))


def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by one with each kernel made."""
    made: list[int] = []
    monkeypatch.setattr(upsampling, "widened", lambda kernel: made.append(1) or widened(kernel))
    return made


@torch.no_grad()
def test_a_kernel_is_made_once_for_inference_and_gives_the_same(conv, monkeypatch):
    kernels = made(monkeypatch)
    first, second = conv(X), conv(X)
    assert len(kernels) == 1
    # The kernel is the same tensor: no tolerance
    assert torch.equal(first, second)
    assert torch.equal(first, unfolded(conv))


def test_no_kernel_is_kept_in_training_nor_for_gradients_by_the_weights(conv, monkeypatch):
    kernels = made(monkeypatch)
    conv(X), conv(X)
    assert len(kernels) == 2
    with torch.no_grad():
        conv.train()(X), conv(X)
    assert len(kernels) == 4
    assert conv._kept is None


def test_going_to_training_forgets_the_kernel(conv):
    with torch.no_grad():
        conv(X)
    assert conv._kept is not None
    assert conv.train()._kept is None


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.Adam])
@pytest.mark.parametrize("settings", [{}, {"fused": True}, {"foreach": True}])
def test_a_step_of_training_is_seen(conv, optimizer, settings):
    step = optimizer(conv.parameters(), lr=0.1, **settings)
    with torch.enable_grad():
        conv(X).square().sum().backward()  # in evaluation mode, as where BatchNorm is frozen
    changes(conv, step.step)


def test_any_change_of_the_weights_is_seen(conv):
    other = UpsampledConv(5, 4, bias=True)
    changes(conv, lambda: conv.load_state_dict(other.state_dict()))
    changes(conv, lambda: conv.weight.lerp_(torch.ones(()), 0.5))  # an average that moves
    changes(conv, lambda: conv.weight.data.mul_(2))  # which no version of the tensor tells
    changes(conv, lambda: conv.weight.numpy().fill(0.5))
    changes(conv, lambda: setattr(conv, "weight", nn.Parameter(torch.full_like(conv.weight, 0.25))))
    changes(conv, lambda: setattr(conv.weight, "data", torch.full_like(conv.weight, 0.125)))
    changes(conv, lambda: conv.weight[0, 0, 0, 0].add_(1e-3))


@torch.no_grad()
def test_other_types_and_memory_orders_have_their_own_kernel(conv):
    conv(X)
    assert conv.double()(X.double()).dtype == torch.float64
    assert torch.equal(conv(X.double()), unfolded(conv, X.double()))
    conv.float().to(memory_format=torch.channels_last)
    assert torch.equal(conv(X), unfolded(conv))
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(conv(X), unfolded(conv))
        assert conv(X).dtype == torch.bfloat16


def test_gradients_by_activations_pass_a_kernel_kept_under_inference_mode(conv):
    conv.requires_grad_(False)
    with torch.inference_mode():
        conv(X)
    x = X.clone().requires_grad_()
    (ours,) = torch.autograd.grad(conv(x).square().sum(), x)
    (theirs,) = torch.autograd.grad(unfolded(conv, x).square().sum(), x)
    assert torch.equal(ours, theirs)


def test_weights_made_under_inference_mode_can_be_folded():
    with torch.inference_mode():
        conv = UpsampledConv(5, 4, bias=True).eval()
        expected = unfolded(conv)
        assert torch.equal(conv(X), expected)
        assert torch.equal(conv(X), expected)


def test_gradients_by_weights_are_right_after_a_kernel_was_kept(conv):
    with torch.no_grad():
        conv(X)
    (ours,) = torch.autograd.grad(conv(X).square().sum(), conv.weight)
    twin = copy.deepcopy(conv).train()
    (theirs,) = torch.autograd.grad(twin(X).square().sum(), twin.weight)
    assert torch.equal(ours, theirs)


@torch.no_grad()
def test_weights_lent_for_a_call_are_seen(conv):
    conv(X)
    lent = {"weight": torch.ones_like(conv.weight)}
    assert not torch.equal(torch.func.functional_call(conv, lent, (X,)), conv(X))


@torch.no_grad()
def test_what_is_kept_is_no_part_of_state_or_copies(conv):
    state = list(conv.state_dict())
    conv(X)
    assert list(conv.state_dict()) == state
    for twin in (copy.deepcopy(conv), copy.copy(conv), pickle.loads(pickle.dumps(conv))):
        assert twin._kept is None
        assert torch.equal(twin(X), conv(X))


@torch.no_grad()
def test_a_compiled_network_makes_its_kernel_within(conv):
    compiled = torch.compile(conv, backend="eager", fullgraph=True)
    assert torch.equal(compiled(X), conv(X))
    changes(compiled, lambda: conv.weight.mul_(2))


@torch.no_grad()
def test_a_generator_gives_the_same_folded_and_unfolded():
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=5)).eval()
    z = torch.randn(3, 5)
    folded = [generator(z), generator(z)]
    for part in generator.modules():
        if isinstance(part, UpsampledConv):
            part.training = True
    # The range of images is 2, and the kernels are the same tensors: no tolerance
    assert all(torch.equal(images, generator(z)) for images in folded)
