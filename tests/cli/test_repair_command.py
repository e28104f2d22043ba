"""`ganatomy repair`, as the command line calls it."""

import json

import pytest
from tests.intervene.repair.runs import FEATURES, write_faulty

from ganatomy.cli.main import main
from ganatomy.intervene.repair import session
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture
def words(tmp_path, monkeypatch):
    """The words that repair a run with a faulty unit."""
    monkeypatch.setattr(session, "load_choice", lambda *_: PlantedSegmenter())
    run, real = write_faulty(tmp_path)
    sizes = ["--num-images", "120", "--top-images", "8", "--random-sets", "2"]
    return [
        "repair", str(run.path), "--data", str(real), "--extractor", FEATURES, "--segmenter", "scenes", *sizes
    ]  # fmt: skip


def test_a_repair_is_told_with_both_protocols_random_sets_and_concepts(words, capsys):
    assert main([*words, "--units", "2", "--budget", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["accepted"], told["units"]) == (True, [2])
    assert told["answer"].startswith("accepted: 1 unit of layer2 off, baked")
    assert told["figure"] == f"KD[{FEATURES}]"
    assert [row["off"] for row in told["held_out"]][:2] == [
        "1 unit, random images", "1 unit, images of high activation",
    ]  # fmt: skip
    assert len(told["held_out"]) == 4
    given, distance = told["methods"][:2]
    assert (given["method"], given["candidates"], given["kept"], given["highest"]) == ("given", "2", "2", None)
    assert distance["highest"] > distance["random"]
    assert told["weights"].endswith("weights/repaired.safetensors")
    assert told["concepts"][0]["within_budget"] is True
    with open(told["page_to_mark_units"]) as page:
        assert "--units" in page.read()


def test_nothing_found_is_an_answer(words, capsys):
    assert main([*words, "--budget", "0.01"]) == 0
    told = capsys.readouterr().out
    assert "nothing to repair was found: none of" in told
    assert "weights" not in told


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--units", "7"], "layer 'layer2' has no unit 7; its units are 0 to 5"),
        (["--units", "2", "2"], "units are [2, 2]; give unit numbers, from 0, each once"),
        (["--layer", "layr2"], "no layer 'layr2' in Generator; did you mean 'layer2'?"),
        (["--layer", "output"], "cannot be written into weights"),
        (["--value", "off"], "value is 'off'; give zero, low-quantile, mean or a number"),
        (["--value", "-1"], "its rectifier gives nothing below 0, and -1 is asked for"),
        (["--extractor", "vgg"], "no extractor 'vgg'; choose one of"),
        (["--export", "mended.pt"], "export is mended.pt; give a file that ends in .safetensors"),
        (["--num-real", "4"], "num_real is 4"),
    ],
)
def test_mistakes_are_one_line(words, capsys, more, message):
    assert main([*words, *more]) == 2
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert told.startswith("ganatomy: ")
    assert message in told
