"""Classes in a run: written, and read as they were."""

from pathlib import Path

from tests.dissect.classes.parks import EACH, by_class, dissection
from tests.planted_classes import STREET

from ganatomy.dissect.classes.files import write_classes
from ganatomy.models.planted import NUMBER
from ganatomy.runs.layout import CLASSES
from ganatomy.runs.manifest import Manifest, Origin, create_imported
from ganatomy.runs.records.classes import ClassesRecord
from ganatomy.runs.records.reading import read_record
from ganatomy.segment.planted import PlantedSegmenter


def test_what_is_written_is_read(tmp_path: Path) -> None:
    run = create_imported(tmp_path, "classes", Manifest(Origin("imported", "by a test")))
    settings = {"segmenter": "planted"}
    record = write_classes(run, by_class(), dissection(), PlantedSegmenter(), settings, "0123", 7)
    assert read_record(ClassesRecord, run.path / CLASSES) == record
    assert (record.generator, record.segmenter, record.seed, record.num_images) == ("0123", "planted", 7, EACH)
    assert record.segmenter_settings.segmenter == "planted"
    assert [row.name for row in record.classes] == ["park", "street"]
    park, street = (row.layers[0] for row in record.classes)
    assert park.above_chance == sum(row.is_above_chance for row in park.units)
    crown = street.units[NUMBER["crown"]]
    assert (crown.concept, crown.iou, crown.iou_interval, crown.q) == (None, None, None, None)
    assert record.classes[STREET].number == STREET
