from ganatomy.export.text import plain, published


def test_nothing_is_markup_and_nothing_breaks_the_line() -> None:
    assert plain("a|b\n# <script>") == r"a\|b \# \<script\>"
    assert plain(3) == "3"


def test_folders_of_the_user_are_left_out_and_other_slashes_kept() -> None:
    assert published("/home/ada/photos.zip") == "photos.zip"
    assert published("~/x/y.pt and 3 / 4, org/name, and/or") == "y.pt and 3 / 4, org/name, and/or"
