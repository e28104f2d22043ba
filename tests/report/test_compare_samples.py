"""What the arms of a comparison make stands side by side: an arm to a row, all under one seed."""

import numpy as np
import pytest
from PIL import Image
from tests.compare.tiny import plan

from ganatomy.data.grids import GAP, HEADING, MARGIN, ROW_GAP, image_grid
from ganatomy.report.compare_samples import IMAGES, MOMENTS, TILE, draw_samples
from ganatomy.report.density import PIXELS
from ganatomy.runs.files import write_json


def sample(run, generations, write):
    folder = run.run.path / "samples"
    folder.mkdir(parents=True)
    entries = [{"generation": generation, "file": f"gen-{generation}"} for generation in generations]
    for entry in entries:
        write(folder / entry["file"], entry["generation"])
    write_json(folder / "index.json", entries)


def points(path, generation):
    with path.open("wb") as file:
        np.savez(file, points=np.full((50, 2), 0.1 * generation, dtype=np.float32))


def grid(path, generation):
    images = np.full((12, 32, 32, 3), generation, dtype=np.uint8)
    images[1] += 1
    image_grid(images, 10).save(path, format="PNG")


def test_densities_of_all_arms_stand_below_the_target_by_moment(tmp_path):
    made = plan(tmp_path)
    for run in made.runs:
        sample(run, range(1, 10), points)
    sheet = draw_samples(made)
    assert sheet.size == (MARGIN + MOMENTS * (PIXELS + ROW_GAP) - ROW_GAP, HEADING + 3 * (PIXELS + ROW_GAP) - ROW_GAP)
    panels = np.asarray(sheet)[HEADING:, MARGIN:]
    target, *arms = np.split(np.pad(panels, ((0, ROW_GAP), (0, 0), (0, 0))), 3)
    assert (target[:PIXELS, PIXELS + ROW_GAP :] == 255).all(), "the target does not change"
    assert np.array_equal(arms[0][:PIXELS], arms[1][:PIXELS]), "both make the same points"
    assert not np.array_equal(arms[0][:PIXELS, :PIXELS], arms[0][:PIXELS, -PIXELS:])
    headings = np.asarray(sheet)[:HEADING, MARGIN:] < 128
    assert headings.any()


def test_columns_have_no_heading_where_arms_were_sampled_at_different_generations(tmp_path):
    made = plan(tmp_path, seeds=1)
    for run, generations in zip(made.runs, ([1, 4], [1, 8]), strict=True):
        sample(run, generations, points)
    assert draw_samples(made).height == 3 * (PIXELS + ROW_GAP) - ROW_GAP


def test_the_last_images_of_all_arms_stand_side_by_side(tmp_path):
    made = plan(tmp_path, base={"data": "photos", "image_size": 32})
    for run, last in zip(made.runs, (100, 200, 30, 40), strict=True):
        sample(run, [1, last], grid)
    sheet = np.asarray(draw_samples(made))
    assert sheet.shape == (2 * TILE + ROW_GAP, MARGIN + IMAGES * (TILE + ROW_GAP) - ROW_GAP, 3)
    first, second = (slice(MARGIN + x * (TILE + ROW_GAP), MARGIN + x * (TILE + ROW_GAP) + TILE) for x in (0, 1))
    assert (sheet[:TILE, first] == 100).all()
    assert (sheet[:TILE, second] == 101).all(), "images are cut at the gaps"
    assert (sheet[TILE + ROW_GAP :, first] == 200).all()


def test_few_images_make_a_short_row(tmp_path):
    made = plan(tmp_path, arms=("egan:gamma=0.5",), seeds=1, base={"data": "photos", "image_size": 32})
    sample(made.runs[0], [3], lambda path, _: Image.new("RGB", (2 * 32 + GAP, 32)).save(path, format="PNG"))
    assert draw_samples(made).width >= MARGIN + 2 * TILE + ROW_GAP
    assert draw_samples(made).height == TILE


@pytest.mark.parametrize("sampled", [0, 1, 3])
def test_the_first_seed_under_which_every_arm_has_samples_is_shown(tmp_path, sampled):
    """Runs come seed by seed, two arms each: of three runs sampled, the first seed is whole."""
    made = plan(tmp_path)
    for run in made.runs[:sampled]:
        sample(run, [1, 2], points)
    assert (draw_samples(made) is None) == (sampled < 2)


def test_the_seed_with_most_moments_is_shown_that_all_arms_were_sampled_at(tmp_path):
    """Under the first seed one arm has two moments, under the second all have three: three columns."""
    made = plan(tmp_path)
    for run, generations in zip(made.runs, ([1, 9], range(1, 10), [1, 4, 9], [1, 4, 9]), strict=True):
        sample(run, generations, points)
    assert draw_samples(made).width == MARGIN + 3 * (PIXELS + ROW_GAP) - ROW_GAP


def test_a_seed_that_lacks_the_file_of_an_arm_is_passed_over(tmp_path):
    made = plan(tmp_path)
    for run in made.runs:
        sample(run, [1, 2], points)
    (made.runs[0].run.path / "samples" / "gen-1").unlink()
    (made.runs[0].run.path / "samples" / "gen-2").unlink()
    assert draw_samples(made) is not None
    (made.runs[3].run.path / "samples" / "index.json").unlink()
    assert draw_samples(made) is None
