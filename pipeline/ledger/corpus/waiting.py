"""Which posts wait to be read by today's extractor, and which of them broke it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from sqlalchemy import func, select

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger
from pipeline.records import digest

BROKEN = "unreadable posts"  # the name of the state that remembers them


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which of the waiting posts a run is to read; by default all."""

    since: date | None = None  # posts of that day and later; those without a date are left
    only: tuple[str, ...] = ()  # ids, addresses, or patterns of paths like "2016/*.md"
    sample: int = 0  # that many, always the same ones; 0: all

    def takes(self, *, post: str, day: str | None, path: str | None, url: str | None) -> bool:
        """Whether a post is chosen, but for the sample.

        >>> Choice(only=("2016/*",)).takes(post="p1", day=None, path="2016/a.md", url=None)
        True
        """
        if self.since is not None and (day is None or day < self.since.isoformat()):
            return False
        return not self.only or any(
            wanted in (post, url) or (path is not None and fnmatchcase(path, wanted)) for wanted in self.only
        )


ALL = Choice()


def waiting(
    ledger: Ledger, extractor: str, choice: Choice = ALL, only: Collection[str] | None = None
) -> dict[str, int]:
    """The live posts that *extractor* has not read in their present revision, and how long each text is, by id.

    Those of *choice*, and of the ids *only* where they are given. A post that broke the extractor waits again only
    where ``choice.only`` names it.
    """
    posts, revisions = schema.posts.c, schema.revisions.c
    unread = posts.extractor.is_(None) | (posts.extractor != extractor)
    again = [post for post, told in broken(ledger).items() if told["extractor"] == extractor] if choice.only else []
    if again:
        unread |= posts.id.in_(again)
    query = (
        select(posts.id, posts.date, posts.path, posts.url, func.length(revisions.text).label("length"))
        .join(schema.revisions, (revisions.post == posts.id) & (revisions.revision == posts.revision))
        .where(posts.state == "live", unread)
        .order_by(posts.id)
    )
    found: dict[str, int] = {}
    with ledger.reading() as connection:
        for row in connection.execution_options(yield_per=2000).execute(query).mappings():
            if only is not None and row["id"] not in only:
                continue
            if choice.takes(post=row["id"], day=row["date"], path=row["path"], url=row["url"]):
                found[row["id"]] = row["length"]
    if choice.sample and len(found) > choice.sample:
        drawn = sorted(found, key=lambda post: (digest("sample", post), post))[: choice.sample]
        return {post: found[post] for post in sorted(drawn)}
    return found


def broken(ledger: Ledger) -> dict[str, dict[str, str]]:
    """The posts that the extractor could not read: by id, its version, the post's revision, path and the reason."""
    held = ledger.state(BROKEN)
    found: dict[str, dict[str, str]] = json.loads(held) if held else {}
    return found


def keep_broken(ledger: Ledger, reasons: Mapping[str, str], *, read: Iterable[str], extractor: str) -> None:
    """Remember why posts could not be read, by id; forget those of *read* that could be this time."""
    held = broken(ledger)
    now = {post: told for post, told in held.items() if post not in set(read)}
    for post in ledger.posts(reasons):
        now[post.id] = {
            "extractor": extractor,
            "revision": post.revision,
            "path": post.path or post.id,
            "reason": reasons[post.id],
        }
    if now != held:
        ledger.keep_state(BROKEN, json.dumps(now, sort_keys=True).encode())


def broken_rows(ledger: Ledger, extractor: str) -> dict[str, tuple[str, str]]:
    """The rows of a run's report for the posts that *extractor* could not read: path → outcome and reason."""
    told = broken(ledger)
    if not told:
        return {}
    live = ledger.live_posts()
    return {
        each["path"]: ("left out", each["reason"])
        for post, each in told.items()
        if each["extractor"] == extractor and live.get(post) == each["revision"]
    }
