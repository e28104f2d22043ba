"""The frame of the command line: finds the command, reads its settings, runs it, prints its results.

Nothing heavy is imported before it is needed: `ganatomy --help` loads neither torch nor tyro, and
`ganatomy COMMAND --help` only the settings of that command.
"""

import contextlib
import inspect
import io
import json
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ganatomy
from ganatomy import __version__
from ganatomy.cli.complaints import missing, one_line
from ganatomy.cli.results import NOT_WRITTEN, Failed, as_json, as_text
from ganatomy.cli.words import after, given_code, settings_file
from ganatomy.errors import ConfigError, DataError, GanatomyError

if TYPE_CHECKING:
    from ganatomy.config.common import CommonOptions


@dataclass(frozen=True)
class Command:
    """Where a command's settings and work are found, as `module:name`, so that neither is imported early."""

    summary: str
    config: str
    function: str


COMMANDS = {
    "demo": Command(
        "the whole story on embedded data, in a few minutes",
        "ganatomy.config.demo:DemoConfig",
        "ganatomy.cli.demo:demo",
    ),
    "evolve": Command(
        "grow a generator by evolution, or by one objective, on your images",
        "ganatomy.config.evolve:EvolveConfig",
        "ganatomy.cli.evolve:evolve",
    ),
    "import": Command(
        "make a run of a generator that was trained elsewhere",
        "ganatomy.config.importing:ImportConfig",
        "ganatomy.cli.importing:import_weights",
    ),
    "score": Command(
        "how good a generator's images are, and how sure that is",
        "ganatomy.config.score:ScoreConfig",
        "ganatomy.cli.score:score",
    ),
    "compare": Command(
        "arms x seeds at equal steps, compute or seconds, with intervals",
        "ganatomy.config.compare:CompareConfig",
        "ganatomy.cli.compare:compare",
    ),
    "dissect": Command(
        "find the units of a layer that agree with a concept",
        "ganatomy.config.dissect:DissectConfig",
        "ganatomy.cli.dissect:dissect",
    ),
    "edit": Command(
        "ablate, insert and copy units, and measure what that changes",
        "ganatomy.config.edit:EditConfig",
        "ganatomy.cli.edit:edit",
    ),
    "ace": Command(
        "find the units that cause a concept, and how much they do",
        "ganatomy.config.ace:AceConfig",
        "ganatomy.cli.ace:ace",
    ),
    "context": Command(
        "insert units cell by cell: where concepts appear and where they cannot",
        "ganatomy.config.context:ContextConfig",
        "ganatomy.cli.context:context",
    ),
    "repair": Command(
        "find artifact units, prove it is better without them, bake that",
        "ganatomy.config.repair:RepairConfig",
        "ganatomy.cli.repair:repair",
    ),
    "invert": Command(
        "bring photos into a generator, and tell how close that comes",
        "ganatomy.config.invert:InvertConfig",
        "ganatomy.cli.invert:invert",
    ),
    "paint": Command(
        "draw and remove concepts with a brush, in the browser",
        "ganatomy.config.paint:PaintConfig",
        "ganatomy.cli.paint:paint",
    ),
    "export": Command(
        "write a generator for use elsewhere: weights, ONNX, a Python file",
        "ganatomy.config.export:ExportConfig",
        "ganatomy.cli.export:export",
    ),
    "report": Command(
        "write a run or a comparison as one offline HTML file, findings first",
        "ganatomy.config.report:ReportConfig",
        "ganatomy.cli.report:report",
    ),
    "segmenter train": Command(
        "train a segmenter of your own concepts on images and masks",
        "ganatomy.config.segmenter_train:SegmenterTrainConfig",
        "ganatomy.cli.segmenter_train:train_segmenter",
    ),
}
"""Every command by its name, one word or two, in the order in which a run meets them."""

FAILED, USER_ERROR, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141
"""Exit codes: a check that does not hold, the user's mistake, Ctrl-C, and a reader of stdout that went away."""


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        args: The words after the program's name; those of the process if left out.
    """
    words = list(sys.argv[1:] if args is None else args)
    try:
        with contextlib.suppress(AttributeError):  # a captured stdout may have no encoding to relax
            sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        code = _dispatch(words)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _failed("interrupted", INTERRUPTED, words)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  the flush at exit must not fail again
        return BROKEN_PIPE
    except GanatomyError as error:
        return _failed(str(error), USER_ERROR, words)
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        return _failed(
            f"not enough memory: {str(error).splitlines()[0] if str(error) else 'no more can be had'}; lower the "
            "number of images at a time, their size or the width of the networks",
            USER_ERROR,
            words,
        )
    except OSError as error:
        place = error.filename2 or error.filename  # what a rename led to, rather than a temporary name
        return _failed(f"{error.strerror or error}" + (f": {place}" if place else ""), USER_ERROR, words)


def _is_out_of_memory(error: Exception) -> bool:
    """Return whether memory ran out: that of the machine, which torch calls a RuntimeError, or an accelerator's."""
    return isinstance(error, MemoryError) or any(
        text in str(error).lower() for text in ("out of memory", "can't allocate memory", "not enough memory")
    )


def help_text() -> str:
    """Return what `ganatomy --help` prints."""
    width = max(map(len, COMMANDS)) + 2
    commands = "\n".join(f"  {name:<{width}}{command.summary}" for name, command in COMMANDS.items())
    return (
        f"{(ganatomy.__doc__ or '').splitlines()[0]}\n\n"
        "usage: ganatomy COMMAND [OPTIONS]\n\n"
        f"commands:\n{commands}\n\n"
        "options:\n  --help   this text; `ganatomy COMMAND --help` for the options of a command\n"
        "  --version\n\n"
        "Every command takes --json, --dry-run, --debug and --config FILE. Results go to stdout,\n"
        "progress to stderr; the exit code is 1 for a check that does not hold, 2 for a mistake in what\n"
        "was asked, 130 for Ctrl-C."
    )


def parse(name: str, words: Sequence[str]) -> "tuple[Any, CommonOptions]":
    """Return the settings of the command `name`, and the common options, that `words` ask for.

    Raises:
        ConfigError: `words` do not fit the command, or its settings refuse a value.
        SystemExit: With code 0, after `--help` has been printed.
    """
    import tyro

    from ganatomy.cli.form import filled_in, form_of
    from ganatomy.config.imports import refuse_code
    from ganatomy.config.parts import built

    config = _load(COMMANDS[name].config)
    form = form_of(config, _base(config, words))
    complaint = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaint):
            about = inspect.cleandoc(config.__doc__)
            parsed: Any = tyro.cli(form, prog=f"ganatomy {name}", description=about, args=words)
    except SystemExit as stop:
        if stop.code == 0:
            raise
        message = missing(name, complaint.getvalue()) or one_line(complaint.getvalue())
        raise ConfigError(f"{message} (see ganatomy {name} --help)") from None
    values, common = filled_in(parsed)
    settings = built(config, values)
    if source := settings_file(words):
        refuse_code(settings, source, given_code(words))
    return settings, common


def _dispatch(words: Sequence[str]) -> int:
    name, rest = _split(words)
    if name in ("--help", "-h"):
        print(help_text())
    elif name == "--version":
        print(__version__)
    elif name == "help":
        return _dispatch([*rest, "--help"])
    elif name in COMMANDS:
        return _run(name, rest)
    else:
        near = get_close_matches(name, COMMANDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"accepted: {', '.join(COMMANDS)}"
        raise ConfigError(f"{f'no command {name!r}' if name else 'no command given'}; {hint}")
    return 0


def _split(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the command that `words` begin with, one word or two, and what follows it."""
    two = " ".join(words[:2])
    return (two, words[2:]) if two in COMMANDS else ("".join(words[:1]), words[1:])


def _run(name: str, words: Sequence[str]) -> int:
    try:
        settings, common = parse(name, words)
    except SystemExit:  # --help has been printed
        return 0
    if common.dry_run:
        from ganatomy.config.jsonable import to_json

        print(json.dumps(to_json(settings), indent=2))
        return 0
    from ganatomy.memory import keep_freed_memory
    from ganatomy.progress.console import stderr_progress

    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that spin halve the speed of a busy machine
    keep_freed_memory()
    with contextlib.redirect_stdout(sys.stderr):  # stdout is for the results alone
        function = _load(COMMANDS[name].function)
        if hasattr(settings, "device"):
            from ganatomy.cli.device import on_device

            settings = on_device(settings)
        results = function(settings, stderr_progress())
    print(as_json(results) if common.json else as_text(results))
    if results.get(NOT_WRITTEN):
        raise DataError("; ".join(results[NOT_WRITTEN]))
    if not common.json:
        from ganatomy.cli.following import following

        if (next_one := following(name, settings, results)) is not None:
            print(f"next  {next_one}")
    return FAILED if isinstance(results, Failed) else 0


def _load(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _base(config: Any, words: Sequence[str]) -> Any:
    """Return the settings that options change: those of `--resume`, `--config` or `--preset`, None where none is given.

    A run to resume has the settings that it had, but for those asked for: a default that is asked for is one of them.

    Raises:
        ConfigError: two of them are given that exclude each other, or there is no such file or preset.
        IncompatibleRun: there is no such run, or it is of another command.
    """
    file, preset = after("--config", words), after("--preset", words)
    resumed = after("--resume", words) if hasattr(config, "to_resume") else None
    if file is not None and (resumed is not None or preset is not None):
        other = f"--resume {resumed}" if resumed is not None else f"--preset {preset}"
        raise ConfigError(f"--config {file} and {other} both are settings to start from; give one of them")
    if resumed is not None:
        from ganatomy.runs.directory import open_run

        return config.to_resume(open_run(Path(resumed), is_comparison=True).path, given=None)
    if file is not None:
        from ganatomy.config.jsonable import read_config

        return read_config(config, Path(file), given=None)
    if preset is not None and hasattr(config, "to_resume"):
        from ganatomy.config.parts import changed
        from ganatomy.config.presets import preset_values

        return changed(config(), **preset_values(preset))
    return None


def _failed(message: str, code: int, words: Sequence[str]) -> int:
    if "--debug" in words:
        traceback.print_exc()
    print(f"ganatomy: {' '.join(message.split())}", file=sys.stderr)
    return code
