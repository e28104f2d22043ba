import numpy as np

from ganatomy.data.image_set import ImageSet


def test_length_and_size_are_those_of_the_images() -> None:
    images = ImageSet(np.zeros((3, 8, 8, 3), np.uint8), ("sea",), np.zeros(3, np.int64))
    assert len(images) == 3
    assert images.image_size == 8
    assert images.skipped == ()
