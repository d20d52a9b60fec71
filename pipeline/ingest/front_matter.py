"""The block of metadata that stands before a text: YAML between ``---`` lines or TOML between ``+++`` lines.

YAML scalars are taken as the words that were written: ``no`` stays Norway's code and ``1.10`` keeps its zero.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.ingest.characters import clean_text

LIMIT = 64 * 1024
YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
LOOKS_LIKE = re.compile(r"^[A-Za-z_][\w -]*[ \t]*[:=]", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The fields as written, the text after them, and what was wrong with them."""

    fields: Mapping[str, object] = field(default_factory=dict)
    body: str
    found: bool = False
    warnings: tuple[str, ...] = ()


def split_front_matter(text: str) -> FrontMatter:
    """The front matter of *text*, if it has one, and the body.

    >>> split_front_matter("---\\ntitle: Forty teams\\ncountry: no\\n---\\nBody.").fields
    {'title': 'Forty teams', 'country': 'no'}
    >>> split_front_matter("--- \\nnot: [closed\\n---\\nBody.").body
    'Body.'
    """
    for pattern, load in ((YAML, _yaml), (TOML, _toml)):
        if (match := pattern.match(text)) is None:
            continue
        block, body = match[1], text[match.end() :]
        if block.strip() and not LOOKS_LIKE.search(block):
            break  # a rule, some text, another rule
        if len(block) > LIMIT:
            return FrontMatter(body=body, found=True, warnings=("front matter over 64 KB left out",))
        fields, problem = load(block)
        return FrontMatter(fields=fields, body=body, found=True, warnings=(problem,) if problem else ())
    return FrontMatter(body=text)


def words_of(value: object) -> str | None:
    """A field's value as one line of words, or None for nothing.

    >>> words_of([" A ", "B"]), words_of("")
    ('A, B', None)
    """
    if isinstance(value, list | tuple):  # lists in lists are no words: aliases can nest them without end
        return (
            ", ".join(filter(None, (words_of(one) for one in value[:50] if not isinstance(one, list | tuple)))) or None
        )
    if isinstance(value, Mapping):
        name = value.get("name") or value.get("title")
        return words_of(name) if isinstance(name, str) else None
    if value is None or isinstance(value, bool):
        return None
    return " ".join(clean_text(str(value)[:4000]).split())[:2000] or None


def list_of(value: object) -> tuple[str, ...]:
    """A field's value as a list of words: one item a list entry.

    >>> list_of(["A", {"name": "B"}]), list_of("A and B")
    (('A', 'B'), ('A and B',))
    """
    entries = value if isinstance(value, list | tuple) else [value]
    return tuple(filter(None, (words_of(one) for one in entries[:50] if not isinstance(one, list | tuple))))


def _yaml(block: str) -> tuple[dict[str, object], str | None]:
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # knows strings, lists and maps: no objects
    try:
        loaded = yaml.load(block, Loader=loader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return {}, f"broken front matter left out ({_first_line(error)})"
    if loaded is None or loaded == "":
        return {}, None
    if not isinstance(loaded, dict):
        return {}, "front matter is no list of fields: left out"
    return {str(key).strip().lower(): value for key, value in loaded.items()}, None


def _toml(block: str) -> tuple[dict[str, object], str | None]:
    try:
        loaded = tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return {}, f"broken front matter left out ({_first_line(error)})"
    return {key.lower(): value for key, value in loaded.items()}, None


def _first_line(error: BaseException) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f", line {mark.line + 2}" if mark else ""
    return str(getattr(error, "problem", None) or error).splitlines()[0] + where
