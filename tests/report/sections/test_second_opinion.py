"""The section of a second opinion."""

import json

from tests.report.areas_record import add_areas, agreement_record, read_agreement, shared
from tests.report.fixture_run import make_run
from tests.report.sections.test_areas import text_of

from ganatomy.report import write_report
from ganatomy.report.sections.second_opinion import second_opinion_view


def test_agreement_lists_what_is_seen_and_counts_the_rest():
    view = second_opinion_view(read_agreement(agreement_record()), {"tree": "c1"})
    assert [row.name for row in view.concepts] == ["sky", "tree", "water", "door"]
    assert [row.read_from for row in view.concepts] == ["", "", "water, sea, river", ""]
    assert view.unseen == 1
    assert (view.concepts[1].colour, view.concepts[3].iou.value, view.concepts[3].iou.low) == ("c1", 0.0, None)
    assert (view.pixels.value, view.pixels.low, view.pixels_chance) == (0.87, 0.86, 0.31)
    assert view.only_first == "sun, roof"
    assert view.only_second.endswith("thing 11 and 28 more")


def test_an_agreement_alone_and_without_common_pixels(tmp_path):
    run = add_areas(make_run(tmp_path / "r", parts=(), size=16))
    (run / "dissect/areas.json").unlink()
    nothing = {"compared": 0.0, "agreement": None, "interval": None, "chance": None}
    record = agreement_record(pixels=nothing, concepts=[shared("sky", None, None, 0.0, 0.0)])
    (run / "dissect/agreement.json").write_text(json.dumps(record))
    text = text_of(write_report(run))
    assert "At no pixel do both name a concept that both know." in text
    assert "Generated against real" not in text
