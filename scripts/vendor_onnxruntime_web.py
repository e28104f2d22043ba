"""Put ONNX Runtime Web into the package: `python scripts/vendor_onnxruntime_web.py`; it needs npm and the network."""

import gzip
import hashlib
import json
import subprocess
import tarfile
import tempfile
from importlib.metadata import files
from pathlib import Path

from ganatomy.web.vendored import BUNDLE, VENDOR, VERSION, WASM

README = """# ONNX Runtime Web {version}

What runs a generator in the page that `ganatomy export --format web` writes. By Microsoft, under the MIT licence, see
`LICENSE`; as published at npm as `onnxruntime-web` {version}, integrity `{integrity}`.

| file | sha256 | what |
|---|---|---|
| `{bundle}` | `{bundle_digest}` | `dist/{bundle}`, unchanged |
| `{wasm}.gz` | `{wasm_digest}` unpacked | `dist/{wasm}`, gzip |

`python scripts/vendor_onnxruntime_web.py` writes this folder again.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", f"onnxruntime-web@{VERSION}", "--json"],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        told = json.loads(packed.stdout)[0]
        with tarfile.open(Path(folder) / told["filename"]) as archive:
            bundle, wasm = (read(archive, f"package/dist/{name}") for name in (BUNDLE, WASM))
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / BUNDLE).write_bytes(bundle)
    (VENDOR / f"{WASM}.gz").write_bytes(gzip.compress(wasm, 9, mtime=0))
    licence = next(file for file in files("onnxruntime") or [] if file.name == "LICENSE")
    (VENDOR / "LICENSE").write_text(licence.read_text(encoding="utf-8"), encoding="utf-8")
    text = README.format(
        version=VERSION,
        integrity=told["integrity"],
        bundle=BUNDLE,
        bundle_digest=hashlib.sha256(bundle).hexdigest(),
        wasm=WASM,
        wasm_digest=hashlib.sha256(wasm).hexdigest(),
    )
    (VENDOR / "README.md").write_text(text, encoding="utf-8")
    print(f"{VENDOR}: {sum(path.stat().st_size for path in VENDOR.iterdir()) / 1e6:.2f} MB")


def read(archive: tarfile.TarFile, name: str) -> bytes:
    found = archive.extractfile(name)
    assert found is not None, name
    return found.read()


if __name__ == "__main__":
    main()
