"""The guided themes of a `themes.toml`, and every way in which such a file can be wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.theme_table.rows import slug_of

TEXT_KEYS = ("slug", "name", "description", "parent")
LIST_KEYS = ("keywords", "examples", "exclusions")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class ThemeFileError(PipelineError):
    """A file of guided themes that cannot be used; the message names the line, where it is one line's fault."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        super().__init__(path, *([] if line is None else [f"line {line}"]), reason)
        self.path, self.line, self.reason = path, line, reason

    def __reduce__(self) -> tuple[type[ThemeFileError], tuple[Path, int | None, str]]:
        return type(self), (self.path, self.line, self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidedTheme:
    """A theme that a person described: the words that draw passages to it, and those that keep them out."""

    slug: str
    name: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    parent: str | None = None  # the slug of a wider theme

    @property
    def prompts(self) -> tuple[str, ...]:
        """The texts whose mean vector stands for the theme, apart from its examples."""
        return tuple(text for text in (self.name, self.description, ", ".join(self.keywords)) if text)


def load_guided(path: Path) -> tuple[GuidedTheme, ...]:
    """The themes of the file at *path*, in its order; an error names the file, the line and the cure."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ThemeFileError(path, None, f"cannot be read: {error}") from error
    return parse_guided(text, path=path)


def parse_guided(text: str, *, path: Path = Path("themes.toml")) -> tuple[GuidedTheme, ...]:
    """The themes written in *text*.

    >>> [theme.slug for theme in parse_guided('[[theme]]\\nname = "Open data"')]
    ['open-data']
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        at = int(line.group(1)) if line else text.count("\n") + 1
        raise ThemeFileError(path, at, f"is not TOML: {error}") from error
    lines = _Lines(text)
    for key in content:
        if key != "theme":
            raise ThemeFileError(path, lines.of_key(key), f"unknown key {key!r}; themes stand under [[theme]]")
    tables = content.get("theme", [])
    if not isinstance(tables, list):
        raise ThemeFileError(path, lines.of_key("theme"), "write [[theme]] with two brackets on each side")
    themes = tuple(_theme(table, number, lines, path) for number, table in enumerate(tables))
    _refuse_doubles(themes, lines, path)
    _refuse_cycles(themes, lines, path)
    return themes


class _Lines:
    """Where the tables and keys of a file of themes stand, for messages only."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._starts = [n for n, line in enumerate(self._lines, 1) if re.match(r"\s*\[\[\s*[\"']?theme", line)]

    def of_theme(self, number: int) -> int:
        return self._starts[number] if number < len(self._starts) else 1

    def of_key(self, key: str, number: int | None = None) -> int:
        first = 1 if number is None else self.of_theme(number)
        last = (
            self.of_theme(number + 1) if number is not None and number + 1 < len(self._starts) else len(self._lines) + 1
        )
        pattern = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}\b")
        return next((n for n in range(first, last) if pattern.match(self._lines[n - 1])), first)


def _theme(table: Any, number: int, lines: _Lines, path: Path) -> GuidedTheme:
    if not isinstance(table, dict):
        raise ThemeFileError(path, lines.of_theme(number), "a theme is a table with at least a name")
    for key, value in table.items():
        line = lines.of_key(key, number)
        if key not in TEXT_KEYS + LIST_KEYS:
            known = ", ".join(TEXT_KEYS + LIST_KEYS)
            raise ThemeFileError(path, line, f"unknown key {key!r}; a theme has {known}")
        if key in TEXT_KEYS and not (isinstance(value, str) and value.strip()):
            raise ThemeFileError(path, line, f"{key} must be words in quotes")
        if key in LIST_KEYS and not (isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)):
            raise ThemeFileError(path, line, f"{key} must be a list of words in quotes")
    if "name" not in table:
        raise ThemeFileError(path, lines.of_theme(number), "this theme has no name")
    slug = table.get("slug") or slug_of(table["name"])
    if not SLUG.fullmatch(slug):
        at = lines.of_key("slug" if "slug" in table else "name", number)
        raise ThemeFileError(path, at, f"slug {slug!r} must be small letters, digits and hyphens; give one")
    return GuidedTheme(
        slug=slug,
        name=" ".join(table["name"].split()),
        description=" ".join(table.get("description", "").split()),
        parent=table.get("parent"),
        **{key: tuple(dict.fromkeys(" ".join(v.split()) for v in table.get(key, ()))) for key in LIST_KEYS},
    )


def _refuse_doubles(themes: Sequence[GuidedTheme], lines: _Lines, path: Path) -> None:
    for key in ("slug", "name"):
        seen: dict[str, int] = {}
        for number, theme in enumerate(themes):
            value = getattr(theme, key).casefold()
            if value in seen:
                first = lines.of_key(key, seen[value])
                reason = f"{key} {getattr(theme, key)!r} stands already on line {first}; give another"
                raise ThemeFileError(path, lines.of_key(key, number), reason)
            seen[value] = number


def _refuse_cycles(themes: Sequence[GuidedTheme], lines: _Lines, path: Path) -> None:
    parents = {theme.slug: theme.parent for theme in themes}
    for number, theme in enumerate(themes):
        line = lines.of_key("parent", number)
        if theme.parent is not None and theme.parent not in parents:
            raise ThemeFileError(path, line, f"parent {theme.parent!r} is no theme of this file")
        way = [theme.slug]
        while (parent := parents[way[-1]]) is not None:
            way.append(parent)
            if parent in way[:-1]:
                raise ThemeFileError(path, line, f"themes are each other's parents: {' → '.join(way)}")
