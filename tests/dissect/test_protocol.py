"""A count depends on every setting but how many samples go through at a time."""

import json
from dataclasses import fields, replace

import pytest

from ganatomy.dissect.protocol import DissectionProtocol

OTHER = {"num_images": 7, "seed": 3, "grid": (4, 8), "batch_size": 5, "top": 2, "blocks": 9, "misaligned": True}


def test_each_setting_has_another_value_here():
    assert set(OTHER) == {field.name for field in fields(DissectionProtocol)}


@pytest.mark.parametrize("name", OTHER)
def test_content_changes_with_what_a_count_depends_on(name):
    before, after = DissectionProtocol().content(), replace(DissectionProtocol(), **{name: OTHER[name]}).content()
    assert (before != after) == (name != "batch_size")
    json.dumps(after)
