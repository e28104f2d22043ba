"""ONNX Runtime Web as it lies in the package."""

import gzip
import hashlib
import re

from ganatomy.web.vendored import BUNDLE, VENDOR, VERSION, inline_bundle, wasm_gzip


def test_the_files_are_those_that_the_readme_names() -> None:
    told = (VENDOR / "README.md").read_text(encoding="utf-8")
    assert f"ONNX Runtime Web {VERSION}" in told
    for content in ((VENDOR / BUNDLE).read_bytes(), gzip.decompress(wasm_gzip())):
        assert hashlib.sha256(content).hexdigest() in told
    assert "MIT License" in (VENDOR / "LICENSE").read_text(encoding="utf-8")


def test_the_bundle_becomes_a_script_that_leaves_its_names() -> None:
    text = inline_bundle()
    assert "sourceMappingURL" not in text
    assert "</script" not in text
    assert not re.search(r"\bexport\s*\{", text)
    names = text[text.rindex("globalThis.ort={") :]
    assert re.search(r"\bInferenceSession:\w+", names)
    assert re.search(r"\benv:\w+", names)
    assert re.search(r"\bTensor:\w+", names)
