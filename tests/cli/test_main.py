import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from tyro.conf import Positional

from ganatomy import __version__
from ganatomy.cli.complaints import one_line
from ganatomy.cli.main import COMMANDS, Command, help_text, main, parse
from ganatomy.errors import ConfigError, DataError
from ganatomy.progress import Progress

HEAVY = "torch numpy tyro rich cattrs"


@dataclass(frozen=True)
class ToyConfig:
    """Do what a test asks for."""

    run: Positional[Path]
    """The run directory."""
    deed: Literal["work", "data", "missing", "full", "rename", "bug", "interrupt", "pipe", "memory", "torch"] = "work"
    """What happens."""
    num_images: int = 4
    """How many images; at most 9."""
    device: str = "cpu"
    """Where to compute."""

    def __post_init__(self) -> None:
        if self.num_images > 9:
            raise ConfigError(f"--num-images is {self.num_images}; accepted are at most 9")


def run_toy(config: ToyConfig, progress: Progress) -> dict[str, object]:
    print("a library that talks too much")  # noqa: T201
    progress.line(f"working on {config.run}")
    deeds: dict[str, Callable[[], BaseException]] = {
        "data": lambda: DataError("no images\nin x.zip"),
        "missing": lambda: FileNotFoundError(2, "No such file or directory", "x.zip"),
        "full": lambda: OSError("disk on fire"),
        "rename": lambda: IsADirectoryError(21, "Is a directory", ".x.partial", None, "runs"),
        "bug": lambda: ZeroDivisionError("a bug"),
        "memory": MemoryError,
        "torch": lambda: RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory\nhere"),
        "interrupt": KeyboardInterrupt,
        "pipe": BrokenPipeError,
    }
    if config.deed in deeds:
        raise deeds[config.deed]()
    return {"run": config.run, "num_images": config.num_images, "iou": float("nan")}


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("toy", "two words"):
        monkeypatch.setitem(COMMANDS, name, Command("toy", f"{__name__}:ToyConfig", f"{__name__}:run_toy"))


def fails(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run words that are a user's mistake and return the one line that is said about it."""
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith("ganatomy: ")
    return last


def test_json_is_alone_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["toy", "runs/x", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"run": "runs/x", "num_images": 4, "iou": None}
    assert out.count("\n") == 1
    assert err == "a library that talks too much\nworking on runs/x\n"


def test_a_command_may_have_two_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["two", "words", "runs/x", "--num-images", "5"]) == 0
    assert capsys.readouterr().out == "run         runs/x\nnum images  5\niou         nan\n"
    assert "\n  toy              toy\n  two words        toy\n" in help_text()


def test_results_are_lines_without_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["toy", "runs/x"]) == 0
    assert capsys.readouterr().out == "run         runs/x\nnum images  4\niou         nan\n"


def test_dry_run_prints_settings_that_config_reads_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["toy", "runs/x", "--deed", "bug", "--num-images", "5", "--dry-run"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"schema": 1, "run": "runs/x", "deed": "bug", "num_images": 5, "device": "cpu"}
    assert err == ""
    file = tmp_path / "config.json"
    file.write_text(out, encoding="utf-8")
    for words in (["--config", str(file)], [f"--config={file}"]):
        settings, _ = parse("toy", [*words, "--num-images", "6"])
        assert settings == ToyConfig(Path("runs/x"), "bug", 6)


def test_settings_file_that_is_missing_or_wrong_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert fails(capsys, "toy", "--config", "nowhere.json").endswith("No such file or directory: nowhere.json")
    file = tmp_path / "config.json"
    file.write_text('{"schema": 1, "run": "x", "num_image": 3}', encoding="utf-8")
    assert "unknown key 'num_image'; did you mean 'num_images'?" in fails(capsys, "toy", "--config", str(file))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            [],
            "no command given; accepted: demo, evolve, import, score, compare, dissect, edit, ace, context, repair, "
            "invert, paint, export, report, segmenter train, toy",
        ),
        (["evlve"], "no command 'evlve'; did you mean 'evolve'?"),
        (["segmenter"], "no command 'segmenter'; did you mean 'segmenter train'?"),
        (["segmenter", "--help"], "no command 'segmenter'; did you mean 'segmenter train'?"),
        (["two", "words"], "two words needs a run directory (PATH) (see ganatomy two words --help)"),
        (["--json"], "no command '--json'; accepted: demo"),
        (["toy"], "toy needs a run directory (PATH) (see ganatomy toy --help)"),
        (["toy", "--num-image", "3"], "Missing value for argument 'run'"),
        (["toy", "--config="], "Is a directory: ."),
        (["toy", "x", "--device", "abacus"], "device is 'abacus', which torch cannot use here; choose from cpu"),
        (["toy", "x", "--deed", "rename"], "Is a directory: runs"),
        (
            ["toy", "x", "--num-image", "3"],
            "Unrecognized options: --num-image, 3; did you mean --num-images?",
        ),
        (["toy", "x", "--num-images", "three"], "Error parsing --num-images: invalid literal for int()"),
        (["toy", "x", "--num-images", "10"], "--num-images is 10; accepted are at most 9"),
        (["toy", "x", "--num-images"], "Missing value for argument '--num-images'"),
        (
            ["toy", "x", "--deed", "fly"],
            "invalid choice 'fly' for argument '--deed'. Expected one of ('work'",
        ),
        (["toy", "x", "--config"], "Missing value for argument '--config'"),
        (["toy", "x", "--deed", "data"], "no images in x.zip"),
        (["toy", "x", "--deed", "missing"], "No such file or directory: x.zip"),
        (["toy", "x", "--deed", "full"], "disk on fire"),
        (["toy", "x", "--deed", "memory"], "not enough memory: no more can be had; lower the number of images at a"),
        (["toy", "x", "--deed", "torch"], "DefaultCPUAllocator: can't allocate memory; lower the number of images"),
    ],
)
def test_mistake_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert message in fails(capsys, *words)


def test_debug_shows_the_traceback_above_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["toy", "x", "--deed", "data", "--debug"]) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.endswith("ganatomy: no images in x.zip\n")


def test_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        main(["toy", "x", "--deed", "bug"])


def test_interrupt_exits_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["toy", "x", "--deed", "interrupt"]) == 130
    assert capsys.readouterr().err.endswith("ganatomy: interrupted\n")


def test_reader_that_went_away_is_no_error(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())  # put back when the test ends
    assert main(["toy", "x", "--deed", "pipe"]) == 141
    sys.stdout.close()
    assert "Traceback" not in capsys.readouterr().err


def test_help_of_a_command_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["toy", "--help"]) == 0
    out = capsys.readouterr().out
    for text in ("Do what a test asks for.", "--num-images", "--config", "--json", "--dry-run", "--debug"):
        assert text in out


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert out == f"{__version__}\n{help_text()}\n"
    assert main(["help"]) == 0
    assert capsys.readouterr().out == f"{help_text()}\n"
    assert main(["help", "toy"]) == 0
    assert capsys.readouterr().out.startswith("usage: ganatomy toy ")
    assert all(f"  {name}" in out for name in COMMANDS)


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    """Half a second on an idle machine; beside other work, ten bare interpreters may be as slow."""
    code = (
        f"import sys; from ganatomy.cli.main import main; main(['--help']); HEAVY = {HEAVY!r};"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & set(HEAVY.split())))"
    )
    bare = min(_seconds("pass") for _ in range(3))
    quick = min(_seconds(code) for _ in range(3))
    assert quick < max(0.5, 10 * bare)
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "toy"])
def test_help_of_a_command_does_not_import_torch(name: str) -> None:
    code = f"from ganatomy.cli.main import main, sys; main([*{name.split()}, '--help']); print('torch' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "False"


def test_package_runs_as_a_module() -> None:
    out = subprocess.run(
        [sys.executable, "-m", "ganatomy", "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert out == f"{__version__}\n"


def test_broken_pipe_of_a_real_process_is_silent() -> None:
    code = "from ganatomy.cli.main import main; raise SystemExit(main(['--help']))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 141


@pytest.mark.parametrize(
    ("box", "line"),
    [
        ("", ""),
        ("╭─ A ─╮\n│ one │\n│ two. │\n╰─────╯", "one two"),
        ("\x1b[31m╭─ A ─╮\x1b[0m\n│ no --x │\n│ ───── │\n│ For full helptext, run --help │\n╰─╯", "no --x"),
        (
            "╭─ A ─╮\n│ no --x │\n│ ── │\n│ Perhaps you meant: │\n│   --xy INT │\n│ ── │\n╰─╯",
            "no --x; did you mean --xy?",
        ),
    ],
)
def test_box_becomes_one_line(box: str, line: str) -> None:
    assert one_line(box) == line


def _seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return time.perf_counter() - start
