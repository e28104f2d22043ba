"""The section of the domain check: a sentence, a figure and the largest concepts, and a warning where they differ."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.report.fixture_run import AREAS, CONCEPTS, make_run
from tests.report.sections.test_areas import text_of

from ganatomy.dissect.domain import check_domain, write_domain
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.report import write_report
from ganatomy.report.sections.domain import confidence_figure, domain_view
from ganatomy.runs.directory import Run
from ganatomy.runs.records.domain import DomainRecord
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.reference import ReferenceImages


def record_of(run: Path, sure: float, *, known: bool = True) -> DomainRecord:
    """Write the domain check of 60 images that a segmenter is about so sure of, and return its record."""
    rng = np.random.default_rng(0)
    share = np.array(AREAS) / sum(AREAS)
    kind = ReferenceImages("renders of scenes", 64, rng.normal(0.94, 0.02, 200), rng.dirichlet(40 * share, 200))
    categories = tuple("other" if name == "other" else "object" for name in CONCEPTS)
    segmenter = NetworkSegmenter("scenes", CONCEPTS, categories, "scenes-1", torch.nn.Identity(), 8)
    segmenter = replace(segmenter, reference=(kind,) * known)
    found = check_domain(segmenter, rng.normal(sure, 0.03, 60), rng.dirichlet(40 * share, 60), 64, rng)
    return write_domain(Run(run), found, segmenter, DissectionProtocol(num_images=60), "ab")


def test_images_that_it_was_made_for_are_said_to_be_so(tmp_path: Path) -> None:
    run = make_run(tmp_path / "r", parts=("dissect",), size=16, units=4)
    record_of(run, 0.93)
    page = write_report(run)
    text = text_of(page)
    assert "Was the segmenter made for these images?" in text
    assert "was made for images like these: of pairs, one of these images and one of renders of scenes at 64 px" in text
    assert "How sure the segmenter is" in text
    assert "renders of scenes, 64 px" in text
    assert text.index("Was the segmenter") < text.index("A unit is one channel of a layer")
    assert 'aria-label="Warning of the segmenter"' not in page.read_text(encoding="utf-8")


def test_images_of_another_kind_are_warned_of_above_the_concepts(tmp_path: Path) -> None:
    run = make_run(tmp_path / "r", parts=("dissect",), size=16, units=4)
    record_of(run, 0.75)
    page = write_report(run)
    assert "The segmenter was not made for these images" in text_of(page)
    assert "what it names may not be there" in text_of(page)
    assert 'aria-label="Warning of the segmenter"' in page.read_text(encoding="utf-8")


def test_without_known_images_there_is_the_confidence_alone(tmp_path: Path) -> None:
    (tmp_path / "dissect").mkdir()
    record = record_of(tmp_path, 0.75, known=False)
    view = domain_view(record, {"sky": "c1"})
    assert (view.made_for, view.warning, view.num_checked) == (None, None, 60)
    assert "Nothing is known of the images that the segmenter was made for." in view.figures[0].caption
    assert {one.colour for one in view.seen if one.name == "sky"} == {"c1"}
    assert all(one.made_for is None for one in view.seen)
    alone = domain_view(replace(record, confidence=None), {})
    assert (alone.figures, alone.num_checked) == ((), 0)


@pytest.mark.parametrize("made_for", [(), (0.8, 0.9, 1.0)])
def test_the_figure_holds_all_images_and_a_line_of_those_that_are_known(made_for: tuple[float, ...]) -> None:
    figure = confidence_figure((0.95, 0.97, 1.0), made_for)
    assert ("outline" in figure.svg) == bool(made_for)
    assert "Mean confidence 97%" in figure.svg
    assert "70%" not in figure.svg
    assert ("against 90% of those" in figure.svg) == bool(made_for)
