import pytest
import torch

from ganatomy.models.networks.efficientnet import EfficientNetLite0
from ganatomy.models.networks.projected import ProjectedDiscriminator


def discriminator(size: int = 64, seed: int = 0) -> ProjectedDiscriminator:
    torch.manual_seed(seed)
    backbone = EfficientNetLite0().requires_grad_(False)
    return ProjectedDiscriminator(size, torch.Generator().manual_seed(seed), backbone).eval()


@pytest.mark.parametrize(("size", "logits"), [(64, 4 * 16), (96, 4 * 36), (128, 4 * 16)])
def test_every_head_gives_as_many_logits(size: int, logits: int) -> None:
    d = discriminator(size)
    features = d.features(torch.rand(2, 3, 32, 32) * 2 - 1)
    assert [f.shape[1] for f in features] == [32, 64, 128, 256]
    assert d.judge(features).shape == (2, logits)


def test_the_mean_logit_is_the_mean_over_heads() -> None:
    d = discriminator()
    features = d.features(torch.rand(2, 3, 64, 64))
    heads = torch.stack([head(f).mean(1) for head, f in zip(d.heads, features, strict=True)])
    torch.testing.assert_close(d.judge(features).mean(1), heads.mean(0))


def test_only_the_heads_learn() -> None:
    d = discriminator()
    learning = {name.split(".")[0] for name, p in d.named_parameters() if p.requires_grad}
    assert learning == {"heads"}


def test_no_layer_couples_samples() -> None:
    d = discriminator()
    images = torch.rand(4, 3, 64, 64)
    together = d.judge(d.features(images))[:2]
    alone = d.judge(d.features(images[:2]))
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)
    assert not d.couples_samples


def test_gradients_reach_the_images() -> None:
    d = discriminator()
    images = torch.rand(2, 3, 32, 32, requires_grad=True)
    (gradient,) = torch.autograd.grad(d.judge(d.features(images)).sum(), images)
    assert gradient.abs().sum() > 0


def test_judging_leaves_the_spectral_norm_alone_in_evaluation_mode() -> None:
    d = discriminator()
    before = {k: v.clone() for k, v in d.state_dict().items()}
    d.judge(d.features(torch.rand(2, 3, 64, 64)))
    assert all(torch.equal(v, before[k]) for k, v in d.state_dict().items())


def test_the_projection_follows_the_seed() -> None:
    a, b, c = discriminator(seed=1), discriminator(seed=1), discriminator(seed=2)
    weights = [d.projection.across_scales[0].weight for d in (a, b, c)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
