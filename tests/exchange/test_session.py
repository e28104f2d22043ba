"""Strangers' generators, imported: the same images as by the code of those who made them."""

import hashlib

import numpy as np
import pytest
import torch
from PIL import Image
from tests.exchange.strangers import Blocks, Functional, Upsampled, drawn, example, imported, named, settled, written
from torch import nn

import ganatomy as ga
from ganatomy.errors import CheckpointError, ConfigError, DataError
from ganatomy.runs.directory import Run
from ganatomy.runs.manifest import open_manifest


@pytest.fixture(autouse=True)
def _own_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def assert_same(made, network: nn.Module, z: int, spatial: bool = True, law: str = "normal") -> None:
    """The run that was made gives the images of the network itself."""
    latents = drawn(5, z, law, seed=9)
    generator = ga.load(made.run)
    with torch.no_grad():
        meant = network(latents[:, :, None, None] if spatial else latents)
        given = generator(latents)
    assert torch.allclose(given, meant.expand(-1, 3, -1, -1), atol=1e-5)


PREFIXES = ["", "main.", "network.", "netG.main.", "module.main.", "module.module.generator.net."]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_the_published_dcgan_is_recognised_under_any_names(tmp_path, prefix, suffix):
    network = settled(example(), 20)
    made = imported(written(tmp_path / f"face{suffix}", named(network.state_dict(), prefix)), name="faces")
    assert_same(made, network, 20)
    assert made.run.name == "0001-faces"
    assert any("between them relu" in text for text in made.evidence)
    assert any("latents are N(0, 1)" in text for text in made.evidence)
    assert made.samples.exists()
    assert [size for size in made.layers.values() if size[1] == 8][-1] == (12, 8, 8)


@pytest.mark.parametrize(
    ("network", "spatial"),
    [(Upsampled(), False), (Functional(), True), (Blocks(), False)],
    ids=["up", "names", "blocks"],
)
def test_what_is_between_the_maps_is_read_from_the_statistics(tmp_path, network, spatial):
    settled(network, 20, spatial=spatial)
    made = imported(written(tmp_path / "g.safetensors", network.state_dict()))
    assert_same(made, network, 20, spatial)


@pytest.mark.parametrize(("act", "said"), [(nn.LeakyReLU(0.2), "leaky_relu:0.2"), (nn.ELU(), "elu")])
def test_other_rectifiers_are_told_apart(tmp_path, act, said):
    network = settled(example(act=act), 20)
    made = imported(written(tmp_path / "g.pth", network.state_dict()))
    assert any(f"between them {said}" in text for text in made.evidence)
    assert_same(made, network, 20)


def test_uniform_latents_are_told_from_normal_ones(tmp_path):
    network = settled(example(), 20, "uniform")
    made = imported(written(tmp_path / "g.pth", network.state_dict()))
    assert made.generator.latent == "uniform"
    assert_same(made, network, 20, law="uniform")


@pytest.mark.parametrize("z", [37, 19])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_odd_latents_and_half_precision(tmp_path, z, dtype):
    network = settled(example(z), z)
    half = {
        name: value.to(dtype) if value.is_floating_point() else value for name, value in network.state_dict().items()
    }
    made = imported(written(tmp_path / "g.safetensors", half))
    network.load_state_dict({name: value.float() for name, value in half.items()})
    assert made.generator.z_dim == z
    assert_same(made, network, z)


def test_grey_images_and_batch_norm_without_weights(tmp_path):
    network = example(channels=1)
    for index, part in enumerate(network):
        if isinstance(part, nn.BatchNorm2d):
            network[index] = nn.BatchNorm2d(part.num_features, affine=False)
    settled(network, 20)
    made = imported(written(tmp_path / "g.pth", network.state_dict()))
    assert_same(made, network, 20)


def test_batch_norm_whose_biases_were_left_out_has_none(tmp_path):
    network = settled(example(), 20)
    for part in network:
        if isinstance(part, nn.BatchNorm2d):
            nn.init.zeros_(part.bias)
    settled_again = {
        name: value for name, value in network.state_dict().items() if not (name.endswith("bias") and value.ndim == 1)
    }
    made = imported(written(tmp_path / "g.pth", {k: v for k, v in settled_again.items() if "num_batches" not in k}))
    assert_same(made, network, 20)


def test_an_untrained_published_dcgan_is_taken_with_relu_and_a_warning(tmp_path):
    network = example().eval()
    made = imported(written(tmp_path / "g.pth", network.state_dict()))
    assert any("nothing in the file tells the rectifier; relu" in text for text in made.warnings)
    assert any("distribution of latents" in text for text in made.warnings)
    assert_same(made, network, 20)


def test_without_statistics_the_rectifier_is_asked_for_and_then_taken(tmp_path):
    network = nn.Sequential(
        nn.ConvTranspose2d(6, 8, 4), nn.LeakyReLU(0.2), nn.ConvTranspose2d(8, 3, 4, 2, 1), nn.Tanh()
    ).eval()
    file = written(tmp_path / "g.pth", network.state_dict())
    with pytest.raises(ConfigError, match=r"does not tell which rectifier.*choose --rectifier relu, leaky_relu:0\.2"):
        imported(file)
    assert not (tmp_path / "runs").exists()
    assert_same(imported(file, rectifier="leaky_relu:0.2", latent="normal", ends="tanh"), network, 6)


def test_a_sigmoid_in_the_end_means_other_values_by_black_and_white(tmp_path):
    network = settled(example(), 20)
    network[-1] = nn.Sigmoid()
    made = imported(written(tmp_path / "g.pth", network.state_dict()), ends="sigmoid")
    assert open_manifest(Run(made.run)).images.low == 0
    assert_same(made, nn.Sequential(network, _Doubled()).eval(), 20)
    unbounded = imported(written(tmp_path / "g.pth", network.state_dict()), ends="none", value_range=(-4.0, 4.0))
    assert not any("beyond" in text for text in unbounded.warnings)


class _Doubled(nn.Module):
    def forward(self, x):
        return 2 * x - 1


def test_colours_in_reverse_order(tmp_path):
    network = settled(example(), 20)
    made = imported(written(tmp_path / "g.pth", network.state_dict()), channels="BGR")
    assert_same(made, nn.Sequential(network, _Reversed()).eval(), 20)


class _Reversed(nn.Module):
    def forward(self, x):
        return x.flip(1)


def test_data_tell_colours_that_were_exchanged_and_stand_in_the_manifest(tmp_path):
    network = settled(example(bias=True), 20)
    with torch.no_grad():
        network[-2].weight.mul_(0.2)
        network[-2].bias.copy_(torch.tensor([1.5, 0.0, -1.5]))
    folder = tmp_path / "photos"
    folder.mkdir()
    for index in range(4):
        Image.new("RGB", (32, 32), (10, 120 + index, 240)).save(folder / f"{index}.png")
    made = imported(written(tmp_path / "g.pth", network.state_dict()), data=str(folder))
    assert any("red and blue exchanged" in text for text in made.warnings)
    data = open_manifest(Run(made.run)).data
    assert data is not None
    assert (data.num_images, data.image_size, data.absolute) == (4, 32, str(folder))
    with pytest.raises(DataError):
        imported(tmp_path / "g.pth", data=str(tmp_path / "nowhere"))


def test_of_several_networks_the_averaged_generator_is_taken_and_said(tmp_path):
    ema, other = settled(example(), 20, seed=1), settled(example(), 20, seed=2)
    critic = nn.Sequential(nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 4, 2, 1))
    optimizer = torch.optim.Adam(other.parameters())
    both = {
        "g_ema": ema.state_dict(),
        "g": other.state_dict(),
        "d": critic.state_dict(),
        "g_optim": optimizer.state_dict(),
        "epoch": 3,
        "args": {"z": 20},
    }
    file = written(tmp_path / "checkpoint.pt", both)
    made = imported(file)
    assert made.network == "g_ema"
    assert_same(made, ema, 20)
    assert_same(imported(file, network="g"), other, 20)
    with pytest.raises(ConfigError, match="the file holds no network 'gg'; choose one of 'd', 'g', 'g_ema'"):
        imported(file, network="gg")
    two = written(tmp_path / "two.pt", {"a": ema.state_dict(), "b": other.state_dict()})
    with pytest.raises(ConfigError, match="2 networks that may be the generator; choose --network a or --network b"):
        imported(two)
    flat = named(ema.state_dict(), "generator.main.") | named(critic.state_dict(), "discriminator.main.")
    made = imported(written(tmp_path / "lightning.ckpt", {"state_dict": flat}))
    assert made.network == "state_dict.generator"
    assert_same(made, ema, 20)
    with pytest.raises(CheckpointError, match="no generator was recognised"):
        imported(written(tmp_path / "d.pth", critic.state_dict()))


def test_weights_of_our_own_without_their_run(tmp_path):
    generator = ga.packaged()
    made = imported(written(tmp_path / "own.safetensors", generator.state_dict()))
    assert "a generator of GANatomy" in made.layout
    assert_same(made, generator, 128, spatial=False)
    with pytest.raises(CheckpointError, match=r"of no generator of GANatomy of that size"):
        imported(tmp_path / "own.safetensors", image_size=128)


def test_a_run_comes_in_with_what_it_knows(tmp_path):
    network = settled(example(), 20)
    first = imported(written(tmp_path / "g.pth", network.state_dict()), channels="BGR")
    again = imported(first.run, name="again")
    assert open_manifest(Run(again.run)).images.channels == "BGR"
    assert_same(again, nn.Sequential(network, _Reversed()).eval(), 20)


def test_what_cannot_be_is_refused_and_nothing_is_written(tmp_path):
    network = settled(example(), 20)
    file = written(tmp_path / "g.pth", network.state_dict())
    for settings, said in (
        ({"image_size": 64}, "the weights make images of 32 px, not of the 64 px asked for"),
        ({"truncation": 0.7}, "truncation is 0.7, but a DCGAN"),
        ({"as_": "ganatomy"}, "no generator was recognised"),
    ):
        with pytest.raises((CheckpointError, ConfigError), match=said):
            imported(file, **settings)
    broken = dict(network.state_dict())
    broken["0.weight"] = broken["0.weight"] * float("nan")
    with pytest.raises(CheckpointError, match=r"the weights '0.weight' are not all finite"):
        imported(written(tmp_path / "nan.pth", broken))
    with pytest.raises(CheckpointError, match="no file"):
        imported(tmp_path / "nothing.pth")
    assert not (tmp_path / "runs").exists()


def test_a_run_that_cannot_be_finished_leaves_nothing(tmp_path, monkeypatch):
    file = written(tmp_path / "g.pth", settled(example(), 20).state_dict())

    def full(*_args, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ganatomy.exchange.session.write_json", full)
    with pytest.raises(OSError, match="No space left"):
        imported(file)
    assert list((tmp_path / "runs").iterdir()) == []


def test_the_file_stands_in_the_manifest_and_samples_are_as_ga_draws_them(tmp_path):
    file = written(tmp_path / "g.pth", settled(example(), 20).state_dict())
    made = imported(file, seed=3)
    origin = open_manifest(Run(made.run)).origin
    assert (origin.kind, origin.sha256) == ("imported", hashlib.sha256(file.read_bytes()).hexdigest())
    assert (origin.details, origin.layout) == ("from g.pth", "a DCGAN, its parts one after another")
    drawn_again = np.asarray(ga.samples(ga.load(made.run), 64, seed=3))
    assert np.abs(drawn_again.astype(int) - np.asarray(Image.open(made.samples)).astype(int)).max() <= 1
