"""Copies of posts: what they are found by, the pairs that were found, and which post counts.

The pairs are kept, so that a post that goes, comes back, gets another day or is ruled on changes what counts
without any text being read again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, delete, func, insert, select, update

from pipeline.errors import PipelineError
from pipeline.ledger import schema
from pipeline.ledger.decisions.deciding import record_other
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.made import stated
from pipeline.ledger.statements import chunks, put_rows
from pipeline.records import Verdict

MOST_OWNERS = 100  # posts that a run of words is kept for; in more of them it tells nothing more
BETWEEN = "\n"  # ids in one value; no id holds a line end
FIELD = "duplicate_of"  # the field that a person's ruling on a post changes


class UnknownPostError(PipelineError):
    """There is no such post in the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two live posts with the same words, and the share of each one's that the other has."""

    one: str
    other: str
    share_one: float
    share_other: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedence:
    """What decides which of several posts is the first: the day that it states, and its file."""

    date: str | None
    path: str | None


def unsketched(ledger: Ledger) -> list[str]:
    """The ids of live posts whose copies were not looked for in their present revision."""
    posts, done = schema.posts.c, schema.sketched.c
    query = (
        select(posts.id)
        .outerjoin(schema.sketched, done.post == posts.id)
        .where(posts.state == "live", done.revision.is_(None) | (done.revision != posts.revision))
        .order_by(posts.id)
    )
    with ledger.reading() as connection:
        return [row.id for row in connection.execute(query)]


def keep_sketches(connection: Connection, runs: Mapping[str, Iterable[int]]) -> dict[int, list[str]]:
    """Keep the *runs* of words that posts are found by, in place of their old ones; which posts have each, these too.

    The posts' old pairs go; they count as looked for only when ``keep_pairs`` was called. A run that a hundred
    posts have is not kept for another one: what all posts share makes no copies.
    """
    for ids in chunks(runs):
        for table in (schema.sketched, schema.sketches):
            connection.execute(delete(table).where(table.c.post.in_(ids)))
        pairs = schema.copies.c
        connection.execute(delete(schema.copies).where(pairs.one.in_(ids) | pairs.other.in_(ids)))
    owners: dict[int, list[str]] = {}
    kept = schema.sketches.c
    for wanted in chunks({run for found in runs.values() for run in found}):
        query = select(kept.run, func.aggregate_strings(kept.post, BETWEEN)).where(kept.run.in_(wanted))
        owners.update((run, posts.split(BETWEEN)) for run, posts in connection.execute(query.group_by(kept.run)))
    rows = []
    for post in sorted(runs):
        for run in sorted(set(runs[post])):
            having = owners.setdefault(run, [])
            if len(having) < MOST_OWNERS:
                having.append(post)
                rows.append({"run": run, "post": post})
    put_rows(connection, schema.sketches, rows)
    return owners


def sharing(runs: Mapping[str, Iterable[int]], owners: Mapping[int, Iterable[str]]) -> dict[str, Counter[str]]:
    """For each post of *runs*, the other posts among the *owners* of its runs, and how many of the runs they have."""
    found: dict[str, Counter[str]] = {}
    for post in sorted(runs):
        counted: Counter[str] = Counter()
        for run in set(runs[post]):
            counted.update(owners.get(run, ()))
        counted.pop(post, None)
        if counted:
            found[post] = counted
    return found


def kept_sizes(connection: Connection, posts: Iterable[str], *, one_in: int) -> dict[str, tuple[int, int]]:
    """How many runs are kept of each of *posts*, and how many of them are multiples of *one_in*."""
    table = schema.sketches.c
    multiple = func.sum(case((table.run % one_in == 0, 1), else_=0))
    found: dict[str, tuple[int, int]] = {}
    for ids in chunks(posts):
        query = select(table.post, func.count(), multiple).where(table.post.in_(ids)).group_by(table.post)
        found.update((post, (int(every), int(some))) for post, every, some in connection.execute(query))
    return found


def keep_pairs(connection: Connection, pairs: Iterable[Pair], revisions: Mapping[str, str]) -> None:
    """Keep the pairs that were found of posts in these *revisions*; nobody need look for them again."""
    table = schema.copies.c
    for pair in pairs:
        connection.execute(delete(schema.copies).where(table.one == pair.one, table.other == pair.other))
        connection.execute(
            insert(schema.copies).values(
                one=pair.one, other=pair.other, share_one=pair.share_one, share_other=pair.share_other
            )
        )
    done = [{"post": post, "revision": revisions[post]} for post in sorted(revisions)]
    if done:
        connection.execute(insert(schema.sketched), done)


def relink(
    ledger: Ledger,
    choose: Callable[[Sequence[Pair], Mapping[str, Precedence], Mapping[str, str | None]], Mapping[str, str]],
) -> dict[str, str | None]:
    """Say of each post which one it repeats, as *choose* tells from pairs, posts and people's rulings.

    What changed is given: the post, and what it repeats now, or None for a post that counts again.
    """
    posts = schema.posts.c
    with ledger.writing() as connection:
        live = select(posts.id).where(posts.state == "live")
        table = schema.copies.c
        pairs = [
            Pair(**row)
            for row in connection.execute(
                select(schema.copies).where(table.one.in_(live), table.other.in_(live)).order_by(table.one, table.other)
            ).mappings()
        ]
        ruled = _rulings(connection)
        asked = {pair.one for pair in pairs} | {pair.other for pair in pairs} | ruled.keys()
        asked |= {other for other in ruled.values() if other}
        precedences: dict[str, Precedence] = {}
        for ids in chunks(asked):
            query = select(posts.id, posts.date, posts.path).where(posts.id.in_(ids), posts.state == "live")
            for row in connection.execute(query):
                precedences[row.id] = Precedence(date=row.date, path=row.path)
        ruled = {p: o for p, o in ruled.items() if p in precedences and (o is None or o in precedences)}
        chosen = choose(pairs, precedences, ruled)
        before = {
            row.id: row.duplicate_of
            for row in connection.execute(select(posts.id, posts.duplicate_of).where(posts.duplicate_of.is_not(None)))
        }
        changed = {post: chosen.get(post) for post in sorted(before.keys() | chosen.keys())}
        changed = {post: other for post, other in changed.items() if before.get(post) != other}
        for post, other in changed.items():
            connection.execute(update(schema.posts).where(posts.id == post).values(duplicate_of=other))
    return changed


def rule(
    ledger: Ledger, post: str, original: str | None, *, reviewer: str, act: str, at: datetime | None = None
) -> None:
    """Take down a person's ruling: *post* repeats *original*, or no other post (None). It stays until the next one.

    Raises ``UnknownPostError`` for a post that is not in the ledger.
    """
    posts = schema.posts.c
    with ledger.reading() as connection:
        found = {
            row.id: row.revision
            for row in connection.execute(
                select(posts.id, posts.revision).where(posts.id.in_([one for one in (post, original) if one]))
            )
        }
    for one in filter(None, (post, original)):
        if one not in found:
            raise UnknownPostError(one, "no post in the ledger has this id")
    record_other(
        ledger, act=act, reviewer=reviewer, target=post, target_kind="post", post=post, revision=found[post],
        verdict=Verdict.CORRECT, changes={FIELD: None if original == post else original}, at=at,
    )  # fmt: skip


def listed(ledger: Ledger) -> Iterator[dict[str, str | None]]:
    """Yield each live post that repeats another, with both titles, and whether a person said so."""
    posts, first = schema.posts.c, schema.posts.alias("first").c
    query = (
        select(posts.id, posts.title, posts.date, posts.path, first.id, first.title, first.date, first.path)
        .join_from(schema.posts, first.id.table, first.id == posts.duplicate_of)
        .where(posts.state == "live")
        .order_by(first.id, posts.id)
    )
    names = ("post", "title", "date", "path", "repeats", "its_title", "its_date", "its_path")
    with ledger.reading() as connection:
        ruled = _rulings(connection)
        for row in connection.execute(query):
            yield dict(zip(names, row, strict=True)) | {"said_by": "a person" if row[0] in ruled else "the words"}


def _rulings(connection: Connection) -> dict[str, str | None]:
    """The last ruling on each post that a person made and did not take back."""
    return {post: told[FIELD] for post, told in stated(connection, [FIELD]).items()}
