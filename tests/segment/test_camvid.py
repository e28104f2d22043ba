"""Zero-shot on the CamVid test split, the segmenter is as good as it was measured to be."""

import pytest
from benchmarks.camvid import measure_iou, read_split

from ganatomy.segment.load import load_segmenter

PUBLISHED = {"sky": 0.87, "building": 0.77, "road": 0.82, "tree": 0.54}  # at 257 px


@pytest.mark.slow
def test_reproduces_the_published_table(shared):
    weights = shared / "weights" / "ade20k_deeplabv3plus_mobilenetv2.safetensors"
    images, masks = read_split(shared / "data" / "camvid_240x180.zip", "test")
    assert len(images) == 233
    iou = measure_iou(load_segmenter("ade20k", weights, 257), images, masks, square=257)
    assert {name: iou[name] for name in PUBLISHED} == pytest.approx(PUBLISHED, abs=0.03)
