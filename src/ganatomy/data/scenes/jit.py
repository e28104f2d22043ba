"""How the painters are compiled: each once, and all of them into one piece of machine code.

Left to itself, numba optimises every function that another one calls in each of its callers anew, makes machine code
and an entry for Python of each, and compiles it again for every constant that it is called with: `lattice` 20 times.
None of this is used by painters that call each other. Here their code is collected in one library, which is optimised
and turned into machine code once, when the compiled function that calls them is: half the time.
"""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core import compiler, types
from numba.core.registry import cpu_target
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {"fastmath": True, "error_model": "numpy"}

_NUMBERS = {
    float: types.float64,
    int: types.int64,
    bool: types.boolean,
    tuple[float, float, float]: types.UniTuple(types.float64, 3),
}


class _Library:
    """Takes the painters' code until a compiled function calls for it; what comes later goes to a new one."""

    def __init__(self) -> None:
        self._open: Any = None

    def take(self) -> Any:
        """Return the numba library that further code goes to."""
        if self._open is None or self._open._finalized:
            self._open = cpu_target.target_context.codegen().create_library("painters")
            self._open.enable_object_caching()
        return self._open


_LIBRARY = _Library()


def kernel(function: F) -> F:
    """Return `function` compiled on its first call, with numbers of the types that it is annotated with."""
    return cast(F, _Kernel(function))


def entry(function: F) -> F:
    """Return `function`, which Python calls and which calls painters, compiled free of the GIL and kept on disk."""
    return cast(F, numba.njit(nogil=True, cache=True, **_OPTIONS)(function))


class _Kernel:
    """A painter: other compiled functions call it in place, Python through an entry made when it is first asked for."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._parameters = list(inspect.signature(function).parameters.values())
        self._results: dict[tuple[Any, ...], Any] = {}
        self._inner = inner = intrinsic(self._described(self._typed))
        self._entry = numba.njit(**_OPTIONS)(lambda *arguments: inner(*arguments))

    def __call__(self, *arguments: Any) -> Any:
        return self._entry(*arguments)

    @property
    def _numba_type_(self) -> Any:
        """What numba asks any object for that compiled code names."""
        cpu_target.typing_context.refresh()
        return cpu_target.typing_context.resolve_value_type(self._inner)

    def _described(self, typed: Callable[..., Any]) -> Callable[..., Any]:
        """Return `typed` under the name and with the parameters of the function, after the context of the typing."""

        def described(context: Any, *given: Any) -> Any:
            return typed(*given)

        context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        described.__signature__ = inspect.Signature([context, *self._parameters])  # type: ignore[attr-defined]
        described.__name__ = self._function.__name__
        return described

    def _typed(self, *given: Any) -> tuple[Any, Callable[..., Any]]:
        """Return the signature for arguments of these numba types, and what writes the call."""
        pairs = zip(self._parameters, given, strict=True)
        wanted = tuple(_NUMBERS.get(parameter.annotation) or types.unliteral(type_) for parameter, type_ in pairs)
        if wanted not in self._results:
            self._results[wanted] = _compile(self._function, wanted)
        result = self._results[wanted]

        def write_call(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
            if context.active_code_library is not result.library:
                context.active_code_library.add_linking_library(result.library)
            return context.call_internal(builder, result.fndesc, result.signature, arguments)

        return result.signature, write_call


def _compile(function: Callable[..., Any], parameters: tuple[Any, ...]) -> Any:
    """Return numba's result of compiling `function` for numba types, neither optimised nor machine code yet."""
    flags: Any = compiler.Flags()
    inner = {"nopython": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    cpu_target.options.parse_as_flags(flags, {**_OPTIONS, **inner})
    flags.no_compile = True
    contexts = cpu_target.typing_context, cpu_target.target_context
    return compiler.compile_extra(*contexts, function, parameters, None, flags, {}, _LIBRARY.take())
