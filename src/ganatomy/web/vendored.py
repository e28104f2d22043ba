"""ONNX Runtime Web as it lies in the package: version, place, and the text that one file of HTML can hold."""

from pathlib import Path

VERSION = "1.30.0"
VENDOR = Path(__file__).parent / "vendor" / "onnxruntime-web"
BUNDLE, WASM = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"

OWN_ADDRESS = 'new URL(new n("ort.wasm.bundle.min.mjs",import.meta.url).href,Qr).href'
"""The bundle builds its own address from the origin of the page, which of a file is null, and Firefox refuses."""
EXPORTS = "export{"
"""What stands before the names that the bundle exports, in its last statement."""


def inline_bundle() -> str:
    """Return the bundle as a script that leaves `ort` in the page's scope instead of exporting names."""
    text = (VENDOR / BUNDLE).read_text(encoding="utf-8")
    text = text[: text.index("//# sourceMappingURL")] if "//# sourceMappingURL" in text else text
    assert text.count(OWN_ADDRESS) == 1, "another version of ONNX Runtime Web"
    text = text.replace(OWN_ADDRESS, "import.meta.url")
    body, _, names = text.rpartition(EXPORTS)
    pairs = (pair.split(" as ") for pair in names.strip().rstrip(";").rstrip("}").split(","))
    return f"{body}globalThis.ort={{{','.join(f'{own[-1]}:{own[0]}' for own in pairs)}}};\n"


def wasm_gzip() -> bytes:
    """Return the WebAssembly as it lies here, gzip."""
    return (VENDOR / f"{WASM}.gz").read_bytes()
