"""How a defect gets into the sandbox of this process, and out of it again."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from functools import cache, partial, wraps
from inspect import iscoroutinefunction
from types import CodeType, FunctionType, ModuleType
from typing import Any

import sandbox
from defects.defect import Defect
from sandbox.routes.calls import Operation
from sandbox.routes.shapes import Shape
from sandbox.routes.table import OPERATIONS


class NothingPlanted(Exception):  # noqa: N818 - named after what happened
    """What a defect is to change is not in the sandbox: the defect has to be mended."""


class Ground:
    """The sandbox as a defect changes it. Every change is undone by `give_back`, the latest first.

    Every method raises NothingPlanted where what it is to change is not there.
    """

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    @property
    def is_changed(self) -> bool:
        """Whether something was planted."""
        return bool(self._undo)

    def replace(self, function: Any, new: Any) -> None:  # noqa: ANN401 - any function, method or property
        """Put `new` in the place of a function, wherever the sandbox's modules, classes and tables hold it.

        A method is named through its class (`kinds.Integer.take`), and `new` then takes self; a property is
        replaced by a property.
        """
        places = list(_places_of(function))
        if not places:
            raise NothingPlanted(f"No module of the sandbox holds {function!r}: name the function itself.")
        for put in places:
            put(new)
            self._undo.append(partial(put, function))

    def wrap(self, function: Callable[..., Any], around: Callable[..., Any]) -> None:
        """Have `around(original, *args, **kwargs)` called in the place of a function.

        In the place of an `async` one it is awaited.
        """

        @wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the function
            return around(function, *args, **kwargs)

        @wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the function
            return await around(function, *args, **kwargs)

        self.replace(function, awaited if iscoroutinefunction(function) else wrapped)

    def set(self, owner: Any, name: str, value: Any) -> None:  # noqa: ANN401 - any constant
        """Give a constant of a module, class or object (a frozen one too) another value.

        A module that imported the constant by its name has one of its own: set it there as well.
        """
        if not hasattr(owner, name):
            raise NothingPlanted(f"{_name_of(owner)} has no {name}.")
        old = getattr(owner, name)
        if old is value or (type(old) is type(value) and old == value):
            raise NothingPlanted(f"{name} of {_name_of(owner)} is {value!r} already.")
        put = partial(_set, owner, name)
        put(value)
        self._undo.append(partial(put, old))

    def sql(self, module: ModuleType, name: str, old_part: str, new_part: str) -> None:
        """Change a part of a statement, or of any text, that is a constant of a module."""
        self.set(module, name, _changed(getattr(module, name, ""), old_part, new_part, name))

    def text(self, function: Callable[..., Any], old_part: str, new_part: str) -> None:
        """Change a part of a statement, or of any text, that is written inside a function or method.

        A text with values set into it is several: each piece between two values is one.
        """
        assert isinstance(function, FunctionType)
        code = function.__code__
        if not any(old_part in text for text in _texts_of(code)):
            raise NothingPlanted(f"{function.__qualname__} has no text with {old_part!r} in it.")
        function.__code__ = _with_texts(code, old_part, new_part)
        self._undo.append(partial(setattr, function, "__code__", code))

    def operation(self, identifier: str, method: str = "", /, **changes: Any) -> None:  # noqa: ANN401
        """Change columns of one row of the table of routes (`right="anyone"`, `path=...`).

        `method` tells rows of one id apart.
        """
        row = operation(identifier, method)
        for name, value in changes.items():
            self.set(row, name, value)

    def field(self, shape: Shape, field_name: str, **changes: Any) -> None:  # noqa: ANN401 - any column
        """Change one field of one shape (`kind=Integer(0)`, `required=False`), and of no other shape.

        Shapes that are made anew for each request are changed with `wrap` and `with_field`.
        """
        self.set(shape, "fields", with_field(shape, field_name, **changes).fields)

    def give_back(self) -> None:
        """Undo every change."""
        while self._undo:
            self._undo.pop()()


@contextmanager
def planted(defect: Defect) -> Iterator[Ground]:
    """Within it this process's sandbox has the defect. Raises NothingPlanted where it plants nothing."""
    load_sandbox()
    ground = Ground()
    try:
        defect.plant(ground)
        if not ground.is_changed:
            raise NothingPlanted(f"The defect {defect.id} plants nothing.")
        yield ground
    finally:
        ground.give_back()


def operation(identifier: str, method: str = "") -> Operation:
    """The row of the table of routes with this id (`JB-1`, `JB-1d`); `method` tells rows of one id apart."""
    rows = [row for row in OPERATIONS if row.id == identifier and method in ("", row.method)]
    if len(rows) != 1:
        raise NothingPlanted(f"The table of routes has {len(rows)} rows {identifier} {method}".strip() + ".")
    return rows[0]


def with_field(shape: Shape, field_name: str, **changes: Any) -> Shape:  # noqa: ANN401 - any column
    """The shape with one field changed."""
    if all(field.name != field_name for field in shape.fields):
        raise NothingPlanted(f"The shape {shape.name} has no field {field_name}.")
    changed = (replace(field, **changes) if field.name == field_name else field for field in shape.fields)
    return Shape(shape.name, tuple(changed))


@cache
def load_sandbox() -> tuple[ModuleType, ...]:
    """Every module of the sandbox. One that is imported later would take a planted function for its own."""
    names = [found.name for found in pkgutil.walk_packages(sandbox.__path__, "sandbox.")]
    return tuple(importlib.import_module(name) for name in names)


Put = Callable[[Any], None]
"""Puts a value into one place."""


def _places_of(wanted: object) -> Iterator[Put]:
    seen: set[int] = set()
    for module in load_sandbox():
        for name, value in list(vars(module).items()):
            if name == "__builtins__":
                continue
            if value is wanted:
                yield partial(setattr, module, name)
            else:
                yield from _places_within(value, wanted, seen)


def _places_within(holder: Any, wanted: object, seen: set[int]) -> Iterator[Put]:  # noqa: ANN401
    if id(holder) in seen:
        return
    seen.add(id(holder))
    if isinstance(holder, type):
        if holder.__module__.startswith("sandbox."):
            for name, value in list(vars(holder).items()):
                if value is wanted:
                    yield partial(setattr, holder, name)
    elif is_dataclass(holder):
        for field in fields(holder):
            if (value := getattr(holder, field.name)) is wanted:
                yield partial(object.__setattr__, holder, field.name)
            else:
                yield from _places_within(value, wanted, seen)
    elif isinstance(holder, dict):
        for key, value in list(holder.items()):
            if value is wanted:
                yield partial(holder.__setitem__, key)
            else:
                yield from _places_within(value, wanted, seen)
    elif isinstance(holder, tuple | list):
        for value in holder:
            yield from _places_within(value, wanted, seen)


def _set(owner: Any, name: str, value: object) -> None:  # noqa: ANN401 - any owner
    if isinstance(owner, ModuleType | type):
        setattr(owner, name, value)
    else:
        object.__setattr__(owner, name, value)


def _changed(text: str, old_part: str, new_part: str, name: str) -> str:
    if old_part not in text:
        raise NothingPlanted(f"{name} has no {old_part!r} in it.")
    return text.replace(old_part, new_part)


def _texts_of(code: CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, CodeType):
            yield from _texts_of(constant)


def _with_texts(code: CodeType, old_part: str, new_part: str) -> CodeType:
    constants: list[object] = []
    for constant in code.co_consts:
        if isinstance(constant, str):
            constants.append(constant.replace(old_part, new_part))
        elif isinstance(constant, CodeType):
            constants.append(_with_texts(constant, old_part, new_part))
        else:
            constants.append(constant)
    return code.replace(co_consts=tuple(constants))


def _name_of(owner: object) -> str:
    return str(getattr(owner, "__name__", None) or type(owner).__name__)
