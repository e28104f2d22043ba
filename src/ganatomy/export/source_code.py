"""The source of classes and functions with all that they need of their own package, as one text that needs torch alone.

Definitions are taken from the package's own files, word for word, those that are needed before those that need them.
Where two modules have one name for different things, the later one is renamed after its module.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from ganatomy.errors import ConfigError

ALLOWED = {"torch", *sys.stdlib_module_names}
"""What may be imported by code that needs torch alone."""

Place = tuple[str, str]
"""A module's dotted name, and a name in it."""


@dataclass
class _Module:
    """One file of the package, and what stands at its top."""

    name: str
    text: str
    definitions: dict[str, ast.stmt] = field(default_factory=dict)
    described: dict[str, ast.stmt] = field(default_factory=dict)
    """The strings below assignments, by the name that is assigned."""
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Local name to module and name in it; None where the module itself is imported."""


@dataclass(frozen=True)
class Code:
    """Text, and what asked-for definitions are called in it."""

    text: str
    """Imports, then definitions."""
    names: tuple[str, ...]


def code_of(roots: Sequence[object], package: str = "ganatomy") -> Code:
    """Return the source of classes and functions with all that they need of a package.

    Args:
        roots: classes and functions, each at the top of a module of the package.
        package: whose code is copied; other packages are imported.

    Raises:
        ConfigError: they need another package than torch, or do not stand in the package.
    """
    places = [(root.__module__, root.__name__) for root in roots]  # type: ignore[attr-defined]
    for module, name in places:
        if not _is_of(module, package):
            raise ConfigError(
                f"{module}.{name} is not part of {package}, so that its code cannot be written into one file; give "
                "--format onnx, or safetensors"
            )
    collected = _Collected(package)
    for place in places:
        collected.add(place)
    return Code(collected.text(), tuple(collected.called[place] for place in places))


class _Collected:
    """Definitions in the order in which they can be read, and the imports that they need."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.modules: dict[str, _Module] = {}
        self.called: dict[Place, str] = {}
        """What each definition is called in the text."""
        self.imports: set[tuple[str, str | None, str]] = set()
        self.blocks: list[str] = []
        self._begun: set[Place] = set()

    def add(self, place: Place) -> None:
        """Add a definition after all that it needs."""
        if place in self._begun:
            return
        self._begun.add(place)
        module = self._module(place[0])
        node = module.definitions[place[1]]
        self.called[place] = self._free_name(place)
        renamed: dict[str, str] = {}
        for name in sorted(set(_names(node))):
            self._need(module, name, renamed)
        if self.called[place] != place[1]:
            renamed[place[1]] = self.called[place]
        block = _segment(module.text, node, renamed)
        if place[1] in module.described:
            block += "\n" + _segment(module.text, module.described[place[1]], {})
        self.blocks.append(block)

    def text(self) -> str:
        """Return imports and definitions."""
        libraries = "\n".join(self._lines(is_torch=False)), "\n".join(self._lines(is_torch=True))
        return "\n\n".join(filter(None, libraries)) + "\n\n\n" + "\n\n\n".join(self.blocks) + "\n"

    def _lines(self, is_torch: bool) -> list[str]:
        """Return the lines that import from torch, or from the standard library."""
        whole, taken = [], set()
        for module, name, local in self.imports:
            if (module.partition(".")[0] == "torch") == is_torch:
                own = module if local in (module, module.partition(".")[0]) else f"{module} as {local}"
                whole += [f"import {own}"] if name is None else []
                taken |= set() if name is None else {(module, name if name == local else f"{name} as {local}")}
        named = [
            f"from {module} import {', '.join(sorted(name for other, name in taken if other == module))}"
            for module in sorted({module for module, _ in taken})
        ]
        return [*sorted(whole), *named]

    def _need(self, module: _Module, name: str, renamed: dict[str, str]) -> None:
        """Add what a name of a module stands for, if it stands for anything at its top."""
        place = (module.name, name)
        if name in module.imports:
            source, found = module.imports[name]
            if not _is_of(source, self.package):
                self._import(source, found, name)
                return
            if found is None:
                raise ConfigError(f"{module.name} imports {source} whole, and cannot be written into one file")
            place = self._defined_at(source, found)
        elif name not in module.definitions:
            return
        self.add(place)
        if self.called[place] != name:
            renamed[name] = self.called[place]

    def _import(self, module: str, name: str | None, local: str) -> None:
        if module.partition(".")[0] not in ALLOWED:
            raise ConfigError(
                f"the generator's code needs {module}, and a module has to do with torch alone; give --format onnx, or "
                "safetensors"
            )
        self.imports.add((module, name, local))

    def _defined_at(self, module: str, name: str) -> Place:
        """Return where a name is defined that a module may have from another one, or find when it is first used."""
        found = getattr(import_module(module), name)
        own = self._module(module)
        if name in own.definitions:
            return module, name
        if name in own.imports:
            source, inner = own.imports[name]
            return self._defined_at(source, inner or name)
        return found.__module__, found.__name__

    def _module(self, name: str) -> _Module:
        if name not in self.modules:
            self.modules[name] = _read(name)
        return self.modules[name]

    def _free_name(self, place: Place) -> str:
        """Return the name itself, or where another module's thing has it, one after the module."""
        module, name = place
        taken = {*self.called.values(), *(local for _, _, local in self.imports)}
        own = module.rpartition(".")[2]
        prefix = own.title().replace("_", "") if name[0].isupper() else f"{own}_"
        return name if name not in taken else f"{prefix}{name}"


def _read(name: str) -> _Module:
    module = _Module(name, inspect.getsource(import_module(name)))
    body = ast.parse(module.text).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            module.definitions[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for one in (inner for target in targets for inner in ast.walk(target) if isinstance(inner, ast.Name)):
                module.definitions[one.id] = node
                if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                    module.described[one.id] = after
        elif isinstance(node, ast.ImportFrom):
            module.imports.update({one.asname or one.name: (node.module or "", one.name) for one in node.names})
        elif isinstance(node, ast.Import):
            module.imports.update({one.asname or one.name.partition(".")[0]: (one.name, None) for one in node.names})
    return module


def _names(node: ast.stmt) -> Iterator[str]:
    """Yield every name that a definition reads, those in annotations written as text too."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.arg | ast.AnnAssign | ast.FunctionDef):
            annotation = inner.returns if isinstance(inner, ast.FunctionDef) else inner.annotation
            if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
                yield from _names(ast.parse(annotation.value).body[0])


def _segment(text: str, node: ast.stmt, renamed: dict[str, str]) -> str:
    """Return the lines of a definition, decorators and comment behind it included, with names changed."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    lines = text.splitlines()[first - 1 : node.end_lineno]
    found = [
        (inner.lineno - first, inner.col_offset, inner.id)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and inner.id in renamed
    ]
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in renamed:
        word = "def " if isinstance(node, ast.FunctionDef) else "class "
        found.append((node.lineno - first, len(word), node.name))
    for line, column, name in sorted(found, reverse=True):
        whole = lines[line].encode()  # columns are counted in bytes
        lines[line] = (whole[:column] + renamed[name].encode() + whole[column + len(name.encode()) :]).decode()
    return "\n".join(lines)


def _is_of(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
