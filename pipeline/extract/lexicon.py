"""The word lists and tables beside these modules, read once, and regular expressions made of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


def read_data(name: str) -> str:
    """The text of the data file *name*."""
    return files("pipeline.extract").joinpath("data", name).read_text(encoding="utf-8")


@cache
def table(name: str) -> dict[str, Any]:
    """The contents of the TOML file *name*, to be read and never changed."""
    return tomllib.loads(read_data(f"{name}.toml"))


@cache
def words(name: str, key: str) -> frozenset[str]:
    """The words that the list *key* of the TOML file *name* holds, which may be one string of words."""
    found = table(name)[key]
    return frozenset(found.split() if isinstance(found, str) else found)


def rows(name: str) -> list[list[str]]:
    """The rows of the tab separated file *name*, without its comments and empty lines."""
    lines = read_data(f"{name}.tsv").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


def alternation(phrases: Iterable[str]) -> str:
    """A regular expression for any of *phrases*, the longest that fits, quick however many they are.

    >>> re.match(alternation(["on", "one", "once"]), "once more")[0]
    'once'
    """
    root: dict[str, Any] = {}
    for phrase in phrases:
        node = root
        for char in phrase:
            node = node.setdefault(char, {})
        node[""] = {}
    return f"(?:{_branches(root)})"


@cache
def any_of(name: str, key: str) -> str:
    """A regular expression for any word of the list *key* of the TOML file *name*."""
    return alternation(sorted(words(name, key)))


def _branches(node: dict[str, Any]) -> str:
    branches = [re.escape(char) + _branches(after) for char, after in node.items() if char]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{joined})?" if "" in node else joined


def cased(phrases: Iterable[str]) -> list[str]:
    """Each of *phrases* as it is, with a capital, in capitals and with each word's capital."""
    every = (form for phrase in phrases for form in (phrase, phrase[:1].upper() + phrase[1:], phrase.upper()))
    return list(dict.fromkeys(every))
