"""The settings of each published source of E-GAN, as far as it states them, and of a recipe for two cores.

Where paper and code disagree, each preset follows its own source; what a source leaves open is taken from the
other, and said so. All draw fresh latents for every child and average nothing into fitness but eqs. 6 and 7.

Differs: `pytorch` has the Theano code's networks, with its epsilon of BatchNorm (1e-4; the port has 1e-5), a bias for
each unit of the first layer, and none beside BatchNorm; `paper-points` draws first weights from N(0, 0.02), as the
Theano code does, where WGAN-GP's perceptrons start wider; `paper` inherits Adam's state, as the port does, since the
paper is silent. The Theano code's Adam adds its epsilon to the root of the second moment before that is corrected for
its youth, which shortens the first steps where gradients are tiny, its first iteration takes one heuristic step
without evolution, and its optional gradient penalty, weight 2, is on the probability; here epsilon comes after the
correction, every generation evolves, and penalties are on the logit.
"""

from typing import Any

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.parts import changed, differences
from ganatomy.errors import ConfigError

PAPER = EvolveConfig.of(
    preset="paper",
    image_size=32,
    generator="released",
    discriminator="released",
    augment=False,
    gamma=0.001,
    common_latents=False,
    batch_size=16,
    evaluation_size=256,
    discriminator_steps=2,
    fresh_images=True,
    beta1=0.5,
    beta2=0.99,
)
"""arXiv 1803.00657 with the gamma that its journal version found for images; E is the released codes', for it states
none."""

PAPER_POINTS = changed(PAPER, preset="paper-points", data="8gaussians", gamma=0.5, discriminator_norm="none")
"""Likewise for points, with gamma for synthetic data and WGAN-GP's own perceptrons, which the paper says it uses."""

THEANO = EvolveConfig.of(
    preset="theano",
    image_size=32,
    generator="released",
    discriminator="released",
    augment=False,
    gamma=0.002,
    squared_norm=True,
    common_latents=False,
    adam_state="per_objective",
    batch_size=32,
    evaluation_size=256,
    discriminator_steps=3,
    beta1=0.5,
    beta2=0.999,
)
"""The authors' Theano code for CIFAR-10. Its fault of mutating in a chain, each child from the last accepted one, is
left out; `selection="chain"` has it."""

THEANO_64 = changed(THEANO, preset="theano-64", image_size=64, gamma=0.001, evaluation_size=96)
"""Its settings for LSUN at 64 px."""

THEANO_128 = changed(THEANO_64, preset="theano-128", image_size=128)
"""Its settings for CelebA at 128 px."""

THEANO_POINTS = changed(
    THEANO,
    preset="theano-points",
    data="8gaussians",
    gamma=1.0,
    batch_size=64,
    discriminator_steps=1,
    learning_rate=1e-4,
    discriminator_beta1=0.0,
)
"""Its settings for points. Its fault of weighing generated points fourfold in F_d is left out."""

PYTORCH = EvolveConfig.of(
    preset="pytorch",
    image_size=32,
    generator="released",
    discriminator="released",
    augment=False,
    objectives=("heuristic", "minimax", "least_squares_logit"),
    gamma=0.01,
    common_latents=False,
    batch_size=32,
    evaluation_size=256,
    discriminator_steps=3,
    beta1=0.5,
    beta2=0.999,
)
"""The authors' PyTorch port for CIFAR-10, with the weights and losses of its training script."""

PROJECTED = EvolveConfig.of(
    preset="projected", objectives=("wasserstein",), discriminator_loss="hinge", latent_layers="every"
)
"""One objective under the projected discriminator, with the light generator: what Projected GAN (arXiv 2111.01007)
itself minimises, with latents in every layer. Not yet held against heuristic with cross-entropy, today's default, by
`ganatomy compare` over seeds."""

PROGAN = EvolveConfig.of(
    preset="progan",
    generator="progan",
    discriminator="progan",
    width=8.0,
    fade_kimg=600.0,
    stable_kimg=600.0,
    augment=False,
    objectives=("wasserstein",),
    discriminator_loss="wasserstein",
    gradient_penalty=10.0,
    drift=0.001,
    batch_size=16,
    learning_rate=1e-3,
    ema_kimg=11.1,
)
"""Progressive GAN (arXiv 1710.10196, appendix A) with its widths; its average forgets a thousandth a step. Batches
keep their size at all resolutions, where the paper has smaller ones from 256 px on for want of memory."""

PRESETS = {
    str(config.preset): config
    for config in (PAPER, PAPER_POINTS, THEANO, THEANO_64, THEANO_128, THEANO_POINTS, PYTORCH, PROJECTED, PROGAN)
}


def preset(name: str) -> EvolveConfig:
    """Return the settings of a preset.

    Raises:
        ConfigError: no preset of that name.
    """
    if name not in PRESETS:
        raise ConfigError(f"no preset {name!r}; choose from {', '.join(PRESETS)}")
    return PRESETS[name]


def preset_values(name: str) -> dict[str, Any]:
    """Return by name what a preset sets otherwise than `EvolveConfig`, to be set in other settings too.

    Raises:
        ConfigError: no preset of that name.
    """
    return differences(preset(name), EvolveConfig())
