"""The fourth step: claims against each other, across posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.ledger import rows
from pipeline.ledger.comparing import (
    STATE,
    change_findings,
    findings_by_kind,
    found_in,
    held_findings,
    live_posts,
)
from pipeline.ledger.marks import post_marks
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.states import put_state
from pipeline.reading.loading import load_encoder
from pipeline.reading.versions import comparison_version
from pipeline.records import digest
from pipeline.settings import Settings
from pipeline.steps.holding import open_ledger
from pipeline.steps.progress import Progress, silent

if TYPE_CHECKING:
    from pipeline.compare.comparison import Comparison
    from pipeline.ledger.ledger import Ledger

MEMORY = "compared"  # in the hidden folder of the corpus; it may be deleted, and all is worked out again
PORTION = 500  # posts between two words of progress


def compare_claims(settings: Settings, progress: Progress = silent) -> dict[str, int]:
    """Hold new and changed posts' claims against all others; how many findings of each kind there are."""
    with open_ledger(settings) as ledger:
        with ledger.reading() as connection:
            live = live_posts(connection)
            marks = {post: mark for post, mark in post_marks(connection).items() if post in live}
        made = digest(comparison_version(settings), *(f"{post} {mark}" for post, mark in sorted(marks.items())))
        if ledger.state(STATE) != made.encode():
            _compare(settings, ledger, marks, made, progress)
            refresh_queue(ledger)
        with ledger.reading() as connection:
            return findings_by_kind(connection)


def _compare(settings: Settings, ledger: Ledger, marks: Mapping[str, str], made: str, progress: Progress) -> None:
    from pipeline.compare.comparison import Comparison
    from pipeline.compare.memory import Memory

    version, place = comparison_version(settings), settings.corpus / ".cache" / MEMORY
    memory, held = Memory.load(place), ledger.state(STATE) or b""
    if memory is None or memory.made_with != version or memory.token.encode() != held:
        memory = None  # it is not what the ledger's findings were made with
    comparison = Comparison(memory, encode=lambda texts: load_encoder(settings).encode(texts))
    changed = sorted(post for post, mark in marks.items() if comparison.mark(post) != mark)
    comparison.keep(marks.keys() - set(changed))
    progress("comparing claims", 0, len(changed))
    _take_in(ledger, comparison, changed, marks, progress)
    outcome = comparison.finish()
    gone, found = outcome.gone, outcome.found
    with ledger.writing() as connection:
        if memory is None:  # all there is; what the ledger holds of it already stays
            before = held_findings(connection)
            now = {finding.id: finding for finding in found}
            gone = frozenset(before.keys() - now.keys())
            found = tuple(one for one in found if one.id not in before or rows.finding_row(one) != before[one.id])
        change_findings(connection, gone, found)
        put_state(connection, STATE, made.encode())
    outcome.memory.token, outcome.memory.made_with = made, version
    outcome.memory.save(place)


def _take_in(
    ledger: Ledger, comparison: Comparison, changed: list[str], marks: Mapping[str, str], progress: Progress
) -> None:
    from pipeline.compare.claims import compared_claim, ref_of
    from pipeline.compare.naming import Named

    with ledger.reading() as connection:
        for done, post in enumerate(found_in(connection, changed), 1):
            said = [
                compared_claim(
                    claim,
                    post=post.id,
                    date=post.date,
                    publisher=post.publisher,
                    country=post.country,
                    duplicate_of=post.duplicate_of,
                    entities=post.entities,
                )
                for claim in post.claims
            ]
            named = Named({ref_of(entity): entity for entity in reversed(post.entities)})
            comparison.add(post.id, marks[post.id], said, named)
            if not done % PORTION:
                progress("comparing claims", done, len(changed))
    progress("comparing claims", len(changed), len(changed))
