"""`dissect/domain.json`: what is written is what was found, and is read again."""

import json
from pathlib import Path

import pytest
import torch

import ganatomy as ga
from ganatomy.dissect.domain import check_dissection, domain_results, said, write_domain
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.models.planted import PlantedGenerator
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.directory import Run
from ganatomy.runs.records.domain import DomainRecord
from ganatomy.runs.records.reading import read_record
from ganatomy.segment.areas import concept_areas
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.segment.protocol import Segmenter

PROTOCOL = DissectionProtocol(num_images=24)


@pytest.mark.parametrize("name", ["planted", "scenes"])
def test_the_record_holds_what_was_found(tmp_path: Path, name: str) -> None:
    segmenter: Segmenter = PlantedSegmenter() if name == "planted" else ga.load_segmenter("scenes")
    generator = PlantedGenerator().eval()
    latents = sample_latents(generator, 24, torch.Generator().manual_seed(0))
    areas = concept_areas(segmenter, generator(latents))
    check = check_dissection(generator, segmenter, areas, PROTOCOL)
    write_domain(Run(tmp_path), check, segmenter, PROTOCOL, "abc")
    record = read_record(DomainRecord, tmp_path / "dissect" / "domain.json")
    assert (record.segmenter, record.generator, record.num_images) == (name, "abc", 24)
    assert record.said == said(check)
    assert len(record.confidence or ()) == 20
    results = json.loads(json.dumps(domain_results(check)))
    assert results["said"] == record.said
    if name == "planted":
        assert (record.made_for, record.less_sure, record.areas, record.warning) == (None, None, None, None)
        assert (results["less_sure"], results["confidence_made_for"], results["areas_apart"]) == (None, None, None)
    else:
        assert record.differs
        assert record.warning
        assert record.made_for is not None
        assert record.made_for.name.startswith("renders of scenes")
        assert record.less_sure is not None
        assert record.less_sure.value == results["less_sure"]
        assert results["less_sure_interval"] == list(record.less_sure.interval or ())
        assert record.areas is not None
        assert record.areas.value == results["areas_apart"]
