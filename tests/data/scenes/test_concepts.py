"""The constants that painters use are the indices of the names."""

from ganatomy.data.scenes import concepts


def test_each_constant_is_the_index_of_its_name():
    assert len(set(concepts.CONCEPTS)) == len(concepts.CONCEPTS)
    for index, name in enumerate(concepts.CONCEPTS):
        assert getattr(concepts, name.upper()) == index
