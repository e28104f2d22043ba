import torch

from ganatomy.models.augment import Augmentation, augment, draw_augmentation, translate


def neutral(n: int) -> Augmentation:
    one = torch.ones(n, 1, 1, 1)
    return Augmentation(0 * one, one, one, torch.zeros(n, 2))


def test_neutral_draws_change_nothing() -> None:
    images = torch.rand(3, 3, 8, 8)
    torch.testing.assert_close(augment(images, neutral(3)), images)


def test_translation_moves_right_and_down_and_fills_with_zeros() -> None:
    image = torch.arange(1.0, 17).view(1, 1, 4, 4)
    moved = translate(image, torch.tensor([[1, 0]]))
    assert moved[0, 0].tolist() == [[0, 1, 2, 3], [0, 5, 6, 7], [0, 9, 10, 11], [0, 13, 14, 15]]
    moved = translate(image, torch.tensor([[0, -1]]))
    assert moved[0, 0].tolist() == [[5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16], [0, 0, 0, 0]]


def test_colour_draws_do_what_they_say() -> None:
    images, draws = torch.rand(2, 3, 4, 4), neutral(2)
    brighter = augment(images, Augmentation(draws.brightness + 0.25, *list(vars(draws).values())[1:]))
    torch.testing.assert_close(brighter, images + 0.25)
    grey = augment(images, Augmentation(draws.brightness, 0 * draws.saturation, draws.contrast, draws.shift))
    torch.testing.assert_close(grey, images.mean(1, keepdim=True).expand(-1, 3, -1, -1))


def test_gradients_reach_every_pixel_that_stays_in_sight() -> None:
    images = torch.rand(4, 3, 16, 16, requires_grad=True)
    draws = draw_augmentation(4, torch.Generator().manual_seed(0))
    (gradient,) = torch.autograd.grad(augment(images, draws).sum(), images)
    assert (gradient != 0).float().mean() > 0.7


def test_draws_stay_in_their_ranges() -> None:
    draws = draw_augmentation(1000, torch.Generator().manual_seed(0))
    assert draws.brightness.abs().max() <= 0.5
    assert 0 <= draws.saturation.min() < draws.saturation.max() <= 2
    assert 0.5 <= draws.contrast.min() < draws.contrast.max() <= 1.5
    assert draws.shift.abs().max() <= 1 / 8
