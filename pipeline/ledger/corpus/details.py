"""A post's title, day and the like, as a person stated them: they count before what was read, until taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from pipeline.errors import PipelineError
from pipeline.ledger import schema
from pipeline.ledger.decisions.deciding import record_other
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import safe
from pipeline.ledger.standing.made import stated
from pipeline.records import Post, Verdict, digest

FIELDS = ("title", "date", "publisher", "country", "language", "url")
APPLIED = "post details"  # the state that remembers which corrections the posts' rows hold
LONGEST = 2_000  # characters
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class WrongDetailError(PipelineError):
    """A detail that can't be a post's: which, and why."""


def state_details(
    ledger: Ledger,
    post: str,
    details: Mapping[str, str | None],
    *,
    reviewer: str,
    act: str,
    revision: str | None = None,
    at: datetime | None = None,
) -> None:
    """Take down what a person states of *post*; the next reading puts it in the post's row, and reads it anew.

    A day is written as 2021-06-17; None says that the post states no such thing. *revision* is what was on the
    person's screen, by default the present one. Raises ``WrongDetailError`` for what can't be a post's detail.
    """
    for name, value in details.items():
        if name not in FIELDS:
            raise WrongDetailError(name, f"no detail has this name; there are {', '.join(FIELDS)}")
        if name == "date" and value is not None:
            try:
                date.fromisoformat(value)
            except ValueError as error:
                raise WrongDetailError(value, "a day is written as 2021-06-17") from error
    if revision is None:
        posts = schema.posts.c
        with ledger.reading() as connection:
            revision = connection.execute(select(posts.revision).where(posts.id == post)).scalar()
    if revision is None:
        raise WrongDetailError(post, "no post in the ledger has this id")
    record_other(
        ledger, act=act, reviewer=reviewer, target=post, target_kind="post", post=post, revision=revision,
        verdict=Verdict.CORRECT, changes=dict(details), at=at,
    )  # fmt: skip


def checked(details: Mapping[str, str | None]) -> dict[str, str | None]:
    """*details* as they are kept: without needless space, codes in their letter case; empty words are None.

    >>> checked({"country": "nz", "title": " Forty  teams ", "date": ""})
    {'country': 'NZ', 'title': 'Forty teams', 'date': None}
    """
    made: dict[str, str | None] = {name: " ".join(safe(value or "").split()) or None for name, value in details.items()}
    for name, value in made.items():
        if value is None:
            continue
        if len(value) > LONGEST:
            raise WrongDetailError(name, "is too long")
        if name == "country":
            if not (len(value) == 2 and value.isascii() and value.isalpha()):
                raise WrongDetailError(value, "a country is a code of two letters, such as NZ")
            made[name] = value.upper()
        if name == "url" and not value.lower().startswith(("http://", "https://")):
            raise WrongDetailError(value, "an address begins with http:// or https://")
        if name == "language" and not LANGUAGE.fullmatch(value):
            raise WrongDetailError(value, "a language is a tag such as en or pt-BR")
    return made


def known_details(ledger: Ledger, post: str) -> dict[str, Any]:
    """What is known of *post*: its details, where each was stated, and a day that was only guessed.

    What a person stated since the post was last read is in it. Raises ``WrongDetailError`` for another post.
    """
    with ledger.reading() as connection:
        row = connection.execute(select(schema.posts).where(schema.posts.c.id == post)).mappings().first()
        if row is None:
            raise WrongDetailError(post, "no post in the ledger has this id or this file")
        told = stated_details(connection, [post]).get(post, {})
    sources = json.loads(row["sources"]) | {name: "person" for name, value in told.items() if value is not None}
    guess = sources.get("date", "")
    return {
        "id": post,
        "details": {name: told.get(name, row[name]) for name in FIELDS},
        "sources": sources,
        "guessed_date": guess.removeprefix("guess: ") if guess.startswith("guess: ") else None,
    }


def stated_details(connection: Connection, posts: Collection[str] | None = None) -> dict[str, dict[str, str | None]]:
    """What people stated of *posts*, or of all, and did not take back: post → detail → value."""
    return stated(connection, FIELDS, posts)


def with_details(post: Post, details: Mapping[str, str | None]) -> Post:
    """*post* with what a person stated of it, and the person as the source of that.

    >>> with_details(Post(id="p", text="x", sources={"date": "guess: 2020-01-02"}), {"date": "2020-01-03"}).sources
    {'date': 'person'}
    """
    values: dict[str, Any] = dict(details)
    if isinstance(day := values.get("date"), str):
        values["date"] = date.fromisoformat(day)
    sources = {name: source for name, source in post.sources.items() if name not in values}
    sources |= {name: "person" for name, value in values.items() if value is not None}
    return replace(post, sources=sources, **values)


def unapplied(ledger: Ledger) -> set[str]:
    """The posts of which something else is stated, or taken back, than their rows hold."""
    with ledger.reading() as connection:
        now = _marks(stated_details(connection))
    held = _held(ledger)
    return {post for post in now.keys() | held.keys() if now.get(post) != held.get(post)}


def keep_applied(ledger: Ledger, posts: Collection[str]) -> None:
    """Remember that the rows of *posts* hold what is stated of them now."""
    if not posts:
        return
    with ledger.reading() as connection:
        now = _marks(stated_details(connection, posts))
    held = {post: mark for post, mark in _held(ledger).items() if post not in set(posts)} | now
    ledger.keep_state(APPLIED, json.dumps(held, sort_keys=True).encode())


def _marks(found: Mapping[str, Mapping[str, str | None]]) -> dict[str, str]:
    return {post: digest(json.dumps(told, sort_keys=True)) for post, told in found.items()}


def _held(ledger: Ledger) -> dict[str, str]:
    kept = ledger.state(APPLIED)
    held: dict[str, str] = json.loads(kept) if kept else {}
    return held
