"""What the arms of a comparison make stands side by side: an arm to a row, all under one seed."""

import numpy as np
import pytest
from PIL import Image
from tests.compare.tiny import plan

from ganatomy.data.grids import GAP, HEADING, MARGIN, ROW_GAP, image_grid
from ganatomy.report.compared.samples import IMAGES, MOMENTS, TILE, draw_samples
from ganatomy.report.density import PIXELS, picture
from ganatomy.report.density import target as density_target
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


def rows_of_panels(sheet):
    """Return the panels below the headings, by row and column."""
    panels = np.asarray(sheet)[HEADING:, MARGIN:]
    step = PIXELS + ROW_GAP
    return [
        [panels[y : y + PIXELS, x : x + PIXELS] for x in range(0, panels.shape[1], step)]
        for y in range(0, panels.shape[0], step)
    ]


def is_headed(sheet):
    """Return whether anything stands above each column."""
    above = np.asarray(sheet)[:HEADING, MARGIN:]
    return [bool((above[:, x : x + PIXELS] < 128).any()) for x in range(0, above.shape[1], PIXELS + ROW_GAP)]


def test_densities_of_all_arms_stand_beside_the_target_by_moment(tmp_path):
    made = plan(tmp_path)
    for run in made.runs:
        sample(run, range(1, 10), points)
    sheet = draw_samples(made)
    assert sheet.size == (
        MARGIN + (MOMENTS + 1) * (PIXELS + ROW_GAP) - ROW_GAP,
        HEADING + 2 * (PIXELS + ROW_GAP) - ROW_GAP,
    )
    arms = rows_of_panels(sheet)
    assert np.array_equal(arms[0], arms[1]), "both make the same points"
    first, *_, last, target = arms[0]
    assert not np.array_equal(first, last)
    assert np.array_equal(target, np.asarray(picture(*density_target("8gaussians"))))
    assert len(is_headed(sheet)) == MOMENTS + 1
    assert all(is_headed(sheet))


def test_only_the_target_has_a_heading_where_arms_were_sampled_at_different_generations(tmp_path):
    made = plan(tmp_path, seeds=1)
    for run, generations in zip(made.runs, ([1, 4], range(1, 9)), strict=True):
        sample(run, generations, points)
    assert is_headed(draw_samples(made)) == [False, False, True]


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
    assert draw_samples(made).width == MARGIN + 4 * (PIXELS + ROW_GAP) - ROW_GAP


def test_a_seed_that_lacks_the_file_of_an_arm_is_passed_over(tmp_path):
    made = plan(tmp_path)
    for run in made.runs:
        sample(run, [1, 2], points)
    (made.runs[0].run.path / "samples" / "gen-1").unlink()
    (made.runs[0].run.path / "samples" / "gen-2").unlink()
    assert draw_samples(made) is not None
    (made.runs[3].run.path / "samples" / "index.json").unlink()
    assert draw_samples(made) is None
