from ganatomy.data.told import MASK_OF_AN_IMAGE, NOT_AN_IMAGE, enlarged_line, skipped_lines, taken_line


def test_images_are_counted_by_folder() -> None:
    assert taken_line(["1.png"]) == "took 1 image"
    assert taken_line(["b/1.png", "a/2.png", "b/3.png"]) == "took 3 images: 1 of a, 2 of b"
    many = [f"{name}/1.png" for name in "abcdefghij"]
    assert taken_line(many).endswith("1 of h, 2 of 2 more folders")


def test_enlarged_images_are_counted() -> None:
    assert enlarged_line(2, 9, 64).startswith("2 of 9 images have fewer than 64 pixels on their shorter side and were")


def test_many_files_of_one_suffix_or_reason_are_one_line() -> None:
    foreign = [(f"{i}.npy", NOT_AN_IMAGE) for i in range(4000)]
    masks = [(f"masks/{i}.png", MASK_OF_AN_IMAGE) for i in range(3)]
    broken = [("a.png", "truncated"), ("b.jpg", "truncated"), ("c.png", "truncated")]
    assert skipped_lines([*foreign, ("readme.txt", NOT_AN_IMAGE), *masks, *broken, ("d.png", "empty")]) == [
        f"skipped 4000 files .npy, such as 0.npy: {NOT_AN_IMAGE}",
        f"skipped readme.txt: {NOT_AN_IMAGE}",
        f"skipped 3 files .png, such as masks/0.png: {MASK_OF_AN_IMAGE}",
        "skipped 3 files, such as a.png: truncated",
        "skipped d.png: empty",
    ]
