"""The words that tell what a name is, as ``names.toml`` lists them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.records import Label


@cache
def words_of(kind: str) -> dict[str, Label]:
    """The words of *kind* with the label that each gives away.

    Kinds are ``heads`` (last words of names), ``starts`` (first words before "of"), ``company`` (nouns before "such
    as") and ``after`` (nouns that follow a name).

    >>> words_of("heads")["Ministry"].value
    'ORG'
    """
    return {word: Label(label) for label, words in _data()[kind].items() for word in words}


@cache
def no_names() -> frozenset[str]:
    """What is written with capitals and yet names nothing: crafts, jobs, forms, peoples and languages."""
    return frozenset(word for words in _data()["nothing"].values() for word in words)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("names.toml").read_text("utf-8"))
