"""The claims ledger for convening posts: posts come in, claims and themes come out, a person reviews them.

``pipeline.extract(text)`` gives what a text says; everything else is imported from its own room.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = ["extract"]


def __getattr__(name: str) -> ModuleType:
    """Import ``extract`` when it is first asked for: the package that can also be called."""
    if name == "extract":
        return import_module("pipeline.extract")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
