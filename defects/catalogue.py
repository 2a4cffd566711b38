"""All defects, collected from the modules of the areas."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import defects
from defects.defect import Defect

MACHINERY = frozenset(
    f"defects.{name}" for name in ("__main__", "catalogue", "defect", "planting", "serving", "without")
)
"""The modules of this package that hold no defects."""


@cache
def all_defects() -> tuple[Defect, ...]:
    """Every defect, area by area, in the order in which they are written down."""
    names = [found.name for found in pkgutil.walk_packages(defects.__path__, "defects.")]
    modules = [importlib.import_module(name) for name in names if name not in MACHINERY]
    return tuple(
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Defect) and value.plant.__module__ == module.__name__
    )


@cache
def by_id() -> dict[str, Defect]:
    """Every defect by its id."""
    return {defect.id: defect for defect in all_defects()}
