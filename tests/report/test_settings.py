"""What a report reads of a run's settings."""

from ganatomy.report.settings import RunSettings, origin_rows, read_settings, rows_of
from ganatomy.runs.manifest import Manifest, Origin, TrainingData


def test_what_a_run_does_not_know_is_left_open():
    assert read_settings({}, Manifest(Origin("grown"))) == RunSettings()
    manifest = Manifest(Origin("grown"), "points", None, TrainingData("8gaussians"))
    found = read_settings({"gamma": 0.5, "objectives": ["minimax"], "selection": "chain"}, manifest)
    assert (found.data, found.gamma, found.objectives, found.selection) == ("8gaussians", 0.5, ("minimax",), "chain")


def test_points_of_the_plane_are_no_images():
    assert (RunSettings(data="8gaussians").is_points, RunSettings(data="8gaussians").samples) == (True, "points")
    assert (RunSettings(data="photos.zip").is_points, RunSettings().samples) == (False, "images")


def test_nested_settings_have_dotted_names():
    assert rows_of({"a": 1, "b": {"c": None, "d": {"e": True}}}) == (("a", "1"), ("b.c", "–"), ("b.d.e", "yes"))


def test_only_an_imported_generator_tells_its_file():
    assert origin_rows(Origin("grown", "by ganatomy evolve")) == ()
    told = origin_rows(Origin("imported", "from face.pth", sha256="ab", layout="a DCGAN"))
    assert told == (("origin", "from face.pth"), ("taken for", "a DCGAN"), ("SHA-256 of the file", "ab"))
    assert origin_rows(Origin("imported", "from Python: Net")) == (("origin", "from Python: Net"),)
