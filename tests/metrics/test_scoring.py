"""Scorers: the features of real images once, generated ones rounded as files are, the protocol on every score."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.metrics.toy import Flat, MeanColour, Points

from ganatomy.config.score import MetricOptions
from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_float, to_uint8
from ganatomy.data.mixtures import sample
from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.estimates import RealSamples
from ganatomy.metrics.frechet import frechet_distance
from ganatomy.metrics.names import METRICS
from ganatomy.metrics.scoring import Scorer, image_scorer, point_scorer
from ganatomy.models.protocol import sample_latents
from ganatomy.seeds import stream
from ganatomy.stats.moments import Moments


def images(n: int = 60, size: int = 8) -> ImageSet:
    pixels = np.random.default_rng(0).integers(0, 256, (n, size, size, 3), dtype=np.uint8)
    return ImageSet(pixels, (), np.full(n, -1))


def scorer(num_classes: int | None = 3, **more) -> Scorer:
    return image_scorer(MeanColour(num_classes), images(), data="noise", **more)


def test_every_metric_of_images_with_its_interval_and_protocol():
    scores = scorer().score(Flat(), None, 50, seed=3, weights="best")
    assert [s.metric for s in scores] == ["fd", "is", "kd", "precision", "recall", "density", "coverage", "mind"]
    for s in scores:
        assert s.low <= s.value <= s.high
        assert s.level == 0.95
        assert s.name.endswith("[mean-colour]")
        assert s.protocol == scores[0].protocol
    assert [s.metric for s in scores if s.spread is not None] == ["is", "kd"]
    protocol = scores[0].protocol
    assert (protocol.extractor, protocol.fingerprint, protocol.resize) == ("mean-colour", "0123456789abcdef", "none")
    assert (protocol.data, protocol.split, protocol.image_size) == ("noise", "train", 8)
    assert (protocol.num_real, protocol.num_generated, protocol.weights, protocol.seed) == (60, 50, "best", 3)
    assert protocol.options.kd_subset_size == 50


def test_a_distance_is_that_of_the_features_of_rounded_images():
    generator = Flat()
    (score,) = scorer().score(generator, ["fd"], 40, seed=1)
    z = sample_latents(generator, 40, stream(1, "score/latents"))
    with torch.no_grad():
        generated = to_float(to_uint8(generator(z))).mean((2, 3))
    real = to_float(images().images).mean((2, 3))
    assert score.value == pytest.approx(frechet_distance(Moments.of(real), Moments.of(generated)), rel=1e-6)


def test_the_extractor_sees_images_as_files_have_them():
    made = scorer()
    made.extractor.seen.clear()
    made.score(Flat(), ["fd"], 10)
    seen = torch.cat(made.extractor.seen)
    assert torch.equal(seen, to_float(to_uint8(seen)))
    assert seen.shape == (10, 3, 8, 8)


def test_batches_and_other_metrics_change_no_score():
    whole = scorer().score(Flat(), None, 50)
    some = scorer(batch_size=7).score(Flat(), ["recall", "kd"], 50)
    by_name = {s.metric: s for s in whole}
    for s in some:
        assert s.value == pytest.approx(by_name[s.metric].value, rel=1e-5)
        assert (s.low, s.high) == pytest.approx((by_name[s.metric].low, by_name[s.metric].high), rel=1e-5)


def test_a_worse_generator_scores_worse_under_common_random_numbers():
    made = scorer()
    (close,), (far,) = (made.score(Flat(scale=s), ["fd"], 50) for s in (0.1, 2.0))
    assert close.is_better_than(far)


def test_the_same_real_images_are_used_for_every_seed():
    few, again = scorer(num_real=20), scorer(num_real=20)
    assert few.protocol.num_real == 20
    assert few.protocol == again.protocol
    assert torch.equal(few.real.features, again.real.features)
    assert few.protocol.data_fingerprint != scorer(num_real=21).protocol.data_fingerprint


def test_the_generator_comes_back_in_the_mode_it_had():
    generator = Flat().train()
    made = scorer()
    made.score(generator, ["fd"], 5)
    assert generator.training
    with pytest.raises(DataError):
        made.score(Flat(size=4).train(), ["fd"], 5)
    assert generator.training
    generator.eval()
    made.score(generator, ["fd"], 5)
    assert not generator.training


def test_without_classes_there_is_no_inception_score():
    made = scorer(num_classes=None)
    assert "is" not in made.metrics
    with pytest.raises(
        ConfigError, match="metric 'is' needs the probabilities of classes, which extractor 'mean-colour'"
    ):
        made.score(Flat(), ["is"], 5)


def test_points_are_scored_by_their_modes():
    made = point_scorer("8gaussians", 300)
    scores = {s.metric: s for s in made.score(Points(), None, 400)}
    assert list(scores) == ["mmd", "modes", "high_quality", "reverse_kl"]
    assert scores["modes"].value == int(scores["modes"].value)
    assert scores["modes"].low <= scores["modes"].high <= 8
    assert 0 <= scores["high_quality"].value < 0.1
    assert scores["mmd"].value > 0
    assert scores["mmd"].name == "MMD"
    assert scores["mmd"].protocol.image_size is None


def test_points_are_scored_by_other_metrics_where_asked():
    made = point_scorer("8gaussians", 100)
    fd, precision = made.score(Points(), ["fd", "precision"], 100)
    assert (fd.name, precision.name) == ("FD[points]", "precision[points]")


def test_the_swiss_roll_has_no_modes():
    made = point_scorer("swissroll", 100)
    assert [s.metric for s in made.score(Points(), None, 50)] == ["mmd"]
    with pytest.raises(ConfigError, match="swissroll has no modes"):
        made.score(Points(), ["modes"], 50)


def test_options_reach_the_metrics():
    options = MetricOptions(is_splits=2, kd_subsets=3, kd_subset_size=10, mind_projections=5, level=0.5)
    wide = scorer().score(Flat(), ["is", "kd", "mind"], 50)
    narrow = scorer(options=options).score(Flat(), ["is", "kd", "mind"], 50)
    for a, b in zip(wide, narrow, strict=True):
        assert a.value != b.value
        assert b.high - b.low < a.high - a.low
        assert b.protocol.options == options


class Diverged(Flat):
    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return super().forward(z) * torch.nan


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: scorer().score(Flat(size=4), ["fd"], 5),
            DataError,
            r"makes samples \(5, 3, 4, 4\); the real ones are",
        ),
        (
            lambda: scorer().score(Points(), ["fd"], 5),
            DataError,
            r"makes samples \(5, 2\); the real ones are images of 8",
        ),
        (lambda: scorer().score(Diverged(), ["fd"], 5), DataError, "generated images hold NaN or infinity"),
        (lambda: scorer().score(Flat(), ["fid"], 5), ConfigError, "no metric 'fid'"),
        (lambda: scorer().score(Flat(), ["modes"], 5), ConfigError, "metric 'modes' is for points of a mixture"),
        (
            lambda: scorer().score(Flat(), ["mind"], 0),
            ConfigError,
            "metric 'mind' needs 2 samples and there are 0; give more",
        ),
        (lambda: scorer(num_real=61), DataError, "there are 60 real images and 61 are asked for; give 2 to 60"),
        (lambda: scorer(num_real=1), DataError, "there are 60 real images and 1 are asked for"),
        (lambda: point_scorer("8gaussians", 1), DataError, "there are 1 real samples; scores need 2 or more"),
        (lambda: point_scorer("8gaussians").score(Flat(), None, 5), DataError, r"give one of points \(n, 2\)"),
    ],
)
def test_what_cannot_be_scored_is_told(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("fd", {}, "metric 'fd' needs 2 samples and there are 1; give more"),
        ("is", {"is_splits": 2}, "metric 'is' needs 2 samples and there are 1; give more, or change is_splits"),
        ("kd", {}, "metric 'kd' needs 2 samples and there are 1; give more, or change kd_subsets or kd_subset_size"),
        ("recall", {}, "metric 'recall' needs 4 samples and there are 1; give more, or change precision_neighbours"),
        ("density", {}, "metric 'density' needs 6 samples and there are 1; give more, or change density_neighbours"),
    ],
)
def test_too_few_images_are_told_before_any_is_made(name, options, message):
    made = scorer(options=MetricOptions(**options))
    made.extractor.seen.clear()
    with pytest.raises(ConfigError) as raised:
        made.score(Flat(), [name], 1)
    assert str(raised.value) == message
    assert not made.extractor.seen


def test_real_samples_keep_their_moments():
    real = RealSamples(torch.tensor([[0.0], [2.0]]))
    assert real.moments.mean.tolist() == [1]
    made = scorer()
    other = Scorer(made.real, replace(made.protocol, data="other"), made.extractor)
    assert other.score(Flat(), ["fd"], 5)[0].value == made.score(Flat(), ["fd"], 5)[0].value


def test_the_interval_of_reverse_kl_holds_the_value_and_mostly_its_mean():
    """Of the mixture's own points the divergence is (k - 1) / 2n by chance, which resampling would add once more."""
    made, n = point_scorer("8gaussians", 100), 400
    found = []
    for seed in range(40):

        class Exact(Points):
            def forward(self, z, seed=seed):
                return sample("8gaussians", len(z), stream(seed, f"exact {float(z.sum())}"))

        (one,) = made.score(Exact(), ["reverse_kl"], n)
        assert 0 <= one.low <= one.value <= one.high
        found.append(one)
    mean = 7 / (2 * n)
    assert sum(s.low <= mean <= s.high for s in found) >= 34


def test_intervals_end_where_the_metric_does():
    near = point_scorer("8gaussians", 64).score(Exactly8(), ["mmd", "fd", "precision", "recall"], 64)
    assert all(s.low >= 0 for s in near)
    assert all(s.high <= 1 for s in near[2:])
    assert METRICS["kd"].within(-0.5) == -0.5
    assert (METRICS["is"].within(0.2), METRICS["modes"].within(9.0)) == (1.0, 9.0)


class Exactly8(Points):
    def forward(self, z):
        return sample("8gaussians", len(z), stream(1, "exact"))
