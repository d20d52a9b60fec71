"""What people change about themes: each change a mapping, kept as a decision, and all of them folded over the rows.

A change says ``op`` and what it needs: ``new`` (name, description, keywords, slug, number), ``rename`` (name),
``merge`` (into), ``promote`` (name), ``retire``, ``split`` (parts: rows), ``move`` (passage, themes, text). A change
to a theme that a run found carries that theme's row, so that the decisions alone bring it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.theme_table.rows import (
    Status,
    ThemeRow,
    ThemeStateError,
    ThemeTable,
    closed,
    row_from_plain,
    row_to_plain,
    slug_of,
)

type Change = Mapping[str, object]

OPS = ("new", "rename", "merge", "promote", "retire", "split", "move")
LONGEST_NAME = 100  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A person's word on the themes of one passage: no run ever changes it."""

    post: str
    passage: int
    themes: tuple[str, ...]
    text: str | None = None  # digest of the passage's text, by which it is found again when the post is edited
    revision: str | None = None  # of the post; without a text, the pin holds for this one alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change as it was decided: of a theme by its slug, or of a passage of a post."""

    target: str
    change: Change
    post: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """The rows after all changes, and what people said about single passages."""

    table: ThemeTable
    pins: tuple[Pin, ...]


def edited(table: ThemeTable, edits: Iterable[Edit]) -> Edited:
    """*table* after *edits*, in their order; one that makes no sense any more changes nothing."""
    pins: dict[tuple[str, int], Pin] = {}
    for edit in map(as_written_now, edits):
        if edit.change.get("op") == "move":
            pin = _pin(edit)
            pins.pop((pin.post, pin.passage), None)
            pins[pin.post, pin.passage] = pin
            continue
        try:
            table = changed(table, edit.target, edit.change)
        except ThemeStateError:  # a theme that is gone by now: the decision stays in the log
            continue
    return Edited(table, tuple(pins.values()))


def as_written_now(edit: Edit) -> Edit:
    """*edit* in today's words; the first edition of the program wrote ``act`` and kept the theme's slug inside."""
    act = edit.change.get("act")
    if act is None:
        return edit
    inside = {name: value for name, value in edit.change.items() if name not in ("act", "slug", "post")}
    op = {"add": "new", "pin": "move"}.get(str(act), str(act))
    target = str(edit.change.get("slug") or (slug_of(edit.target) if op == "new" else edit.target))
    return replace(edit, target=target, change={"op": op} | inside)


def changed(table: ThemeTable, slug: str, change: Change) -> ThemeTable:
    """*table* after one *change* of the theme *slug*; raises ``ThemeStateError`` where it makes no sense."""
    if slug not in table and "row" in change:
        table = table.with_row(row_from_plain(change["row"]))
    match change.get("op"):
        case "new":
            return _added(table, slug, change)
        case "rename":
            return table.with_row(_named(table.row(slug), change.get("name")))
        case "merge":
            return _merged(table, slug, str(change.get("into", "")))
        case "promote":
            return _promoted(table, slug, change.get("name"))
        case "retire":
            return table.with_row(closed(table.open_row(slug), Status.RETIRED))
        case "split":
            return _split(table, slug, change.get("parts"))
        case other:
            raise ThemeStateError(f"nothing is called {other!r}", f"one can {', '.join(OPS)}")


def complete(table: ThemeTable, slug: str, change: Change) -> tuple[str, Change]:
    """The theme's slug and *change* with all that a later fold needs: the slug and number of a new theme, a row.

    Raises ``ThemeStateError`` where the change makes no sense.
    """
    if change.get("op") == "new":
        name = str(change.get("name", ""))
        slug = str(change.get("slug") or slug_of(name)[:60].strip("-"))
        change = {**change, "number": table.next_number()}
        change = {key: value for key, value in change.items() if key != "slug" and value not in ("", [], ())}
    else:
        row = table.row(slug)
        if row.origin == "discovered":
            change = {**change, "row": row_to_plain(_as_born(row))}
    changed(table, slug, change)
    return slug, change


def _as_born(row: ThemeRow) -> ThemeRow:
    status = Status.CANDIDATE if row.split_from is None else Status.ACTIVE
    return replace(row, status=status, named_by_user=False, merged_into=None)


def _added(table: ThemeTable, slug: str, change: Change) -> ThemeTable:
    name = _name(change.get("name"))
    if not slug:
        raise ThemeStateError(f"no slug can be made from {name!r}", "give one of small letters, digits and hyphens")
    if slug in table:
        raise ThemeStateError(f"a theme is, or was, called {slug!r}", "a slug is never used again; give another")
    number = change.get("number")
    free = isinstance(number, int) and all(row.number != number for row in table.rows)
    return table.with_row(
        ThemeRow(
            slug=slug,
            number=number if free and isinstance(number, int) else table.next_number(),
            name=name,
            description=str(change.get("description") or ""),
            keywords=_words(change.get("keywords")),
            named_by_user=True,
            added_by_user=True,
        )
    )


def _named(row: ThemeRow, name: object) -> ThemeRow:
    return replace(row, name=_name(name), named_by_user=True)


def _name(name: object) -> str:
    found = " ".join(str(name or "").split())
    if not 1 <= len(found) <= LONGEST_NAME:
        raise ThemeStateError("a theme needs a name", f"of at most {LONGEST_NAME} characters")
    return found


def _merged(table: ThemeTable, slug: str, into: str) -> ThemeTable:
    source, target = table.open_row(slug), table.open_row(into)
    if source.slug == target.slug:
        raise ThemeStateError(f"{slug!r} cannot be merged with itself", "name two themes")
    return table.with_row(closed(source, Status.MERGED, into=target.slug))


def _promoted(table: ThemeTable, slug: str, name: object) -> ThemeTable:
    row = table.row(slug)
    if row.status is not Status.CANDIDATE:
        raise ThemeStateError(f"{slug!r} is {row.status}, no candidate", "only candidates are promoted")
    row = replace(row, status=Status.ACTIVE)
    return table.with_row(_named(row, name) if name else row)


def _split(table: ThemeTable, slug: str, parts: object) -> ThemeTable:
    row = table.open_row(slug)
    rows = [row_from_plain(part) for part in parts] if isinstance(parts, Sequence) else []
    own = next((part for part in rows if part.slug == slug), None)
    if own is None or len(rows) < 2:
        raise ThemeStateError(f"{slug!r} cannot be split", "there are no parts")
    new = [replace(part, status=row.status, split_from=slug) for part in rows if part.slug != slug]
    for part in new:
        if part.slug in table or any(old.number == part.number for old in table.rows):
            raise ThemeStateError(f"a theme is, or was, called {part.slug!r}", "a slug is never used again")
    return table.with_rows([replace(row, part=own.part), *new])


def _pin(edit: Edit) -> Pin:
    themes, text = edit.change.get("themes"), edit.change.get("text")
    return Pin(
        post=edit.post,
        passage=int(str(edit.change.get("passage", 0))),
        themes=tuple(map(str, themes)) if isinstance(themes, Sequence) and not isinstance(themes, str) else (),
        text=str(text) if text else None,
        revision=edit.revision or None,
    )


def _words(given: object) -> tuple[str, ...]:
    return tuple(map(str, given)) if isinstance(given, Sequence) and not isinstance(given, str) else ()
