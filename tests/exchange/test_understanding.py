"""Which file of a folder is meant, and generators that come with their own code."""

import hashlib
import importlib
import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file
from tests.exchange.strangers import drawn, example, imported, settled, written

import ganatomy as ga
from ganatomy.errors import CheckpointError, ConfigError, IncompatibleRun
from ganatomy.exchange.understanding import weights_file


@pytest.fixture(autouse=True)
def _own_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_a_folder_gives_its_only_file(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    with pytest.raises(CheckpointError, match=r"holds 0 files of weights \(none\)"):
        weights_file(folder)
    (folder / "a.pth").touch()
    assert weights_file(folder).name == "a.pth"
    (folder / "model.safetensors").touch()
    assert weights_file(folder).name == "model.safetensors"
    (folder / "other.safetensors").touch()
    with pytest.raises(CheckpointError, match=r"holds 2 files of weights \(model.safetensors, other.safetensors\)"):
        weights_file(folder)


CODE = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, nz=7, nc=3):
        super().__init__()
        self.z_dim = nz
        self.classes = nn.Embedding(4, nz)
        first, last = nn.ConvTranspose2d(nz, 6, 8), nn.Conv2d(6, nc, 3, padding=1)
        self.body = nn.Sequential(first, nn.ReLU(), nn.Upsample(scale_factor=2), last)
    def forward(self, z, label=None, gain=1.0):
        z = z if label is None else z + self.classes(label)[:, :, None, None]
        image = torch.sigmoid(gain * self.body(z))
        return {"image": image, "raw": image}

def fails():
    raise RuntimeError("no")

def wrong():
    return 3
"""


@pytest.fixture
def code(tmp_path, monkeypatch):
    """A package of a stranger's, and a file of its weights."""
    name = f"stranger_{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:8]}"
    (tmp_path / f"{name}.py").write_text(CODE)
    monkeypatch.syspath_prepend(str(tmp_path))
    net = importlib.import_module(name).Net(nz=5)
    return name, net.eval(), written(tmp_path / "g.safetensors", net.state_dict())


def test_a_generator_with_its_own_code(tmp_path, code):
    name, net, file = code
    asked = {
        "module": f"{name}:Net",
        "arguments": ("nz=5",),
        "call": ("gain=2.0",),
        "output": "image",
        "value_range": (0.0, 1.0),
        "class_names": ("a", "b", "c", "d"),
    }
    made = imported(file, **asked)
    generator = ga.load(made.run)
    z = drawn(3, 5, seed=1)
    with torch.no_grad():
        meant = net(z[:, :, None, None], torch.tensor([2, 2, 2]), gain=2.0)["image"] * 2 - 1
        given = generator(torch.cat([z, torch.full((3, 1), 2.0)], 1))
    assert torch.allclose(given, meant, atol=1e-6)
    assert generator.class_names == ("a", "b", "c", "d")
    saved = json.loads((made.run / "weights" / "generator.json").read_text())
    assert (saved["kind"], saved["module"], saved["arguments"]) == ("module", f"{name}:Net", {"nz": 5})
    again = imported(made.run, name="copy")
    with torch.no_grad():
        assert torch.allclose(ga.load(again.run)(torch.cat([z, torch.full((3, 1), 2.0)], 1)), meant, atol=1e-6)


def test_code_that_nobody_named_is_not_imported(tmp_path, code, monkeypatch):
    name, _, file = code
    made = imported(file, module=f"{name}:Net", arguments=("nz=5",), output="image")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "another"))
    with pytest.raises(IncompatibleRun, match=rf"name it yourself, once: ganatomy import .* --module {name}:Net"):
        ga.load(made.run)
    again = imported(made.run, module=f"{name}:Net")
    assert again.run == made.run
    assert ga.load(made.run).z_dim == 5
    (tmp_path / f"{name}.py").write_text(CODE + "\n# changed\n")
    with pytest.raises(IncompatibleRun, match="has changed since you named it"):
        ga.load(made.run)
    with pytest.raises(ConfigError, match=r"is a run of '.*:Net', not of 'math:sqrt'"):
        imported(made.run, module="math:sqrt")
    plain = imported(written(tmp_path / "p.pth", settled(example(), 20).state_dict()))
    with pytest.raises(ConfigError, match="is a run without code of its own"):
        imported(plain.run, module="math:sqrt")


def test_mistakes_about_code(tmp_path, code):
    name, _, file = code
    for asked, said in (
        ({"module": f"{name}:fails"}, r"cannot be built with nothing: RuntimeError: no; give what it needs"),
        ({"module": f"{name}:wrong"}, r"gives a int; it must give an nn.Module"),
        (
            {"module": f"{name}:Net", "arguments": ("nz=6",)},
            r"has size \(4, 5\) in place of \(4, 6\); are --arguments right\?",
        ),
        ({"module": f"{name}:Net", "arguments": ("nz=5", "nc=1")}, r"in place of"),
        ({"module": f"{name}:Net", "arguments": ("nz=5",)}, r"returns several images"),
        ({"module": f"{name}:Nothing"}, r"has no function 'Nothing'"),
    ):
        with pytest.raises((ConfigError, CheckpointError), match=said):
            imported(file, **asked)
    two = {"a": load_file(file), "b": load_file(file)}
    file = written(tmp_path / "two.pt", two)
    asked = {"module": f"{name}:Net", "arguments": ("nz=5",), "output": "image"}
    with pytest.raises(ConfigError, match="are in the file several times: a, b; say which by --network"):
        imported(file, **asked)
    assert imported(file, network="b", **asked).network == "b"
    averaged = written(tmp_path / "averaged.pt", {"schema": two["a"], "g_avg": two["b"]})
    assert imported(averaged, **asked).network == "g_avg"
    extra = two["a"] | {"more": torch.zeros(2)}
    with pytest.raises(CheckpointError, match="'more' is none of its weights"):
        imported(written(tmp_path / "extra.pt", extra), **asked)
    fewer = {key: value for key, value in two["a"].items() if key != "body.0.bias"}
    with pytest.raises(CheckpointError, match=r"'body.0.bias' \(6,\) is missing"):
        imported(written(tmp_path / "fewer.pt", fewer), **asked)


def test_the_face_takes_a_class_itself_and_shows_what_was_understood(tmp_path, code):
    name, net, file = code
    made = ga.import_generator(
        file,
        "mine",
        module=type(net),
        arguments={"nz": 5},
        output="image",
        value_range=(0, 1),
        out=tmp_path / "runs",
        progress=False,
    )
    assert f"the generator {name}:Net" in repr(made)
    assert "<img" in made._repr_html_()
    assert ga.load(made.run).z_dim == 5
    (made.samples).unlink()
    assert "<img" not in replace(made)._repr_html_()
    classes = ga.import_generator(
        file,
        module=f"{name}:Net",
        arguments={"nz": 5},
        output="image",
        classes=4,
        out=tmp_path / "runs",
        progress=False,
    )
    assert classes.generator.class_names == ("0", "1", "2", "3")
