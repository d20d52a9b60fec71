"""Decisions: seen versions, replays, undo without end, two people, adjudication, and the log beside the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import small_ledger
from review_server import client

from pipeline.ledger import accounts
from pipeline.ledger.decisions import agreement, deciding, decision_log, undoing
from pipeline.ledger.decisions.deciding import ChangedMeanwhileError, RefusedDecisionError, Ruling
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.queue import next_card, progress
from pipeline.ledger.queue.filters import Wanted
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.standing import viewing
from pipeline.ledger.standing.draws import TENTH, chance
from pipeline.ledger.standing.made import decisions_on
from pipeline.ledger.standing.viewing import Viewer
from pipeline.records import Decision, Verdict, digest

ADA, GRACE = Viewer(name="ada", single=False), Viewer(name="grace", single=False)
MARY = Viewer(name="mary", single=False)
REVIEWER = {"adjudicates": False, "single": False}


@pytest.fixture
def ledger(tmp_path: Path, both_databases: str) -> Iterator[Ledger]:
    """A small ledger without decisions, its queue made."""
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as made:
        refresh_queue(made)
        yield made


@pytest.fixture
def web(ledger: Ledger, tmp_path: Path) -> Iterator[TestClient]:
    """The app over it."""
    with client(ledger, tmp_path) as made:
        yield made


def version(ledger: Ledger, claim: str, viewer: Viewer) -> str:
    """The version of the claim that *viewer* sees."""
    with ledger.reading() as connection:
        made = decisions_on(connection, claim)
    found = next(c.found for c in ledger.claims() if c.found.id == claim)
    return viewing.version_of(found, viewing.visible_decisions(claim, made, viewer))


def decide(ledger: Ledger, claim: str, verdict: Verdict, viewer: Viewer = ADA, **more: Any) -> deciding.Act:
    """Take down one verdict on what *viewer* sees now."""
    seen = version(ledger, claim, viewer)
    ruling = Ruling(claim=claim, version=seen, verdict=verdict, **more)
    act = f"act-{digest(claim, viewer.name, verdict, seen)}"
    return deciding.record(ledger, [ruling], act=act, viewer=viewer)


def statuses(ledger: Ledger) -> dict[str, str]:
    """The status of every claim, from the decisions; and it is the one in the table and the queue."""
    with ledger.reading() as connection:
        counted = progress.counts(connection, Viewer(name="anybody"))
    found = {claim.found.id: str(claim.status) for claim in ledger.claims()}
    assert counted == {status: list(found.values()).count(status) for status in set(found.values())}
    return found


def ids(ledger: Ledger) -> list[str]:
    """All claims."""
    return [claim.found.id for claim in ledger.claims()]


def test_a_stale_version_gets_409_and_both_are_shown(web: TestClient, ledger: Ledger) -> None:
    """Two tabs are two users: the second decision on the same version is refused, and nothing is overwritten."""
    claim = web.get("/api/queue/next").json()["claim"]
    path, body = f"/api/claims/{claim['id']}/decisions", {"version": claim["version"], "verdict": "accept"}
    assert web.post(path, json=body | {"act": "first-tab"}).status_code == 200
    answer = web.post(path, json=body | {"act": "second-tab", "verdict": "reject", "reason": "duplicate"})
    assert answer.status_code == 409
    assert answer.json()["claim"]["status"] == "accepted"
    form = {"version": claim["version"], "verdict": "reject", "reason": "duplicate", "act": "third-tab"}
    page = web.post(f"/claims/{claim['id']}/decide", data=form)
    assert page.status_code == 409
    assert "You said “rejected”" in page.text
    assert [d.id for d in ledger.decisions()] == ["first-tab"]


def test_a_replayed_request_is_answered_and_not_taken_twice(web: TestClient, ledger: Ledger) -> None:
    """The same act sent again gives the same answer; under another verdict or name it is refused."""
    claim = web.get("/api/queue/next").json()["claim"]
    path = f"/api/claims/{claim['id']}/decisions"
    body = {"act": "one-act-only", "version": claim["version"], "verdict": "accept"}
    assert [web.post(path, json=body).status_code for _ in range(3)] == [200, 200, 200]
    assert web.post(path, json=body | {"verdict": "flag"}).status_code == 400
    assert len(list(ledger.decisions())) == 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from("axcub r".replace(" ", "")), max_size=30))
def test_undo_and_redo_walk_the_same_path(steps: list[str]) -> None:
    """Whatever was done, undoing all gives the beginning, and redoing all gives the end again."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, small_ledger(Path(folder) / "l.db", reviewed=False) as ledger:
        refresh_queue(ledger)
        claims, start = ids(ledger), statuses(ledger)
        done = 0
        for n, step in enumerate(steps):
            act = f"step-{n:04d}"
            open_ones = [claim for claim, status in statuses(ledger).items() if status == "proposed"]
            if step in "ur":
                taken = undoing.undo(ledger, act=act, reviewer="ada", redo=step == "r")
                done += 0 if taken is None else (1 if step == "r" else -1)
            elif step == "b" and len(open_ones) > 1:
                rulings = [
                    Ruling(claim=c, version=version(ledger, c, ADA), verdict=Verdict.ACCEPT) for c in open_ones[:3]
                ]
                deciding.record(ledger, rulings, act=act, viewer=ADA)
                done += 1
            elif step in "axc":
                verdict = {"a": Verdict.ACCEPT, "x": Verdict.REJECT, "c": Verdict.CORRECT}[step]
                claim, changes = claims[n % len(claims)], {"subject": f"somebody {n}"} if step == "c" else {}
                ruling = Ruling(claim=claim, version=version(ledger, claim, ADA), verdict=verdict, changes=changes)
                deciding.record(ledger, [ruling], act=act, viewer=ADA)
                done += 1
        end, count = statuses(ledger), len(list(ledger.decisions()))
        undone = 0
        while undoing.undo(ledger, act=f"undo-{undone:04d}", reviewer="ada") is not None:
            undone += 1
        assert statuses(ledger) == start
        assert undone == done
        for n in range(undone):
            assert undoing.undo(ledger, act=f"redo-{n:04d}", reviewer="ada", redo=True) is not None
        assert statuses(ledger) == end
        assert len(list(ledger.decisions())) >= count


def test_a_bulk_is_one_act(web: TestClient, ledger: Ledger) -> None:
    """What a filter names is previewed, decided together, and taken back together; a stale row stops all of it."""
    page = web.get("/bulk?kind=count").text
    versions = {c: version(ledger, c, ADA) for c in ids(ledger) if f"t-{c}" in page}
    assert len(versions) > 3
    form = {f"v-{c}": seen for c, seen in versions.items()} | {f"t-{c}": "1" for c in versions}
    form |= {"verdict": "accept", "act": "bulk-one"}
    stale = form | {f"v-{next(iter(versions))}": "old", "act": "bulk-two"}
    assert web.post("/bulk", data=stale).status_code == 409
    assert not list(ledger.decisions())
    web.post("/bulk", data=form)
    assert list(statuses(ledger).values()).count("accepted") == len(versions)
    web.post("/undo", data={"act": "undo-bulk"})
    assert "accepted" not in statuses(ledger).values()


def test_the_second_reviewer_is_blind_until_both_decided(ledger: Ledger, tmp_path: Path) -> None:
    """No page, list, count, log or export tells the first verdict before the second is given."""
    for name in ("ada", "grace"):
        accounts.add(ledger, name, f"{name}-long-password")
    with client(ledger, tmp_path, reviewer=None, second_share=1.0) as web:

        def log_in(name: str) -> None:
            web.cookies.clear()
            web.post("/login", data={"name": name, "password": f"{name}-long-password"})

        log_in("ada")
        claim = web.get("/api/queue/next").json()["claim"]
        fields = {"subject": "The secret answer"}
        body = {"act": "adas-act", "version": claim["version"], "verdict": "correct", "fields": fields, "note": "psst"}
        assert web.post(f"/api/claims/{claim['id']}/decisions", json=body).status_code == 200
        log_in("grace")
        paths = ["/api/claims?limit=200", "/api/counts", "/api/decisions", f"/api/claims/{claim['id']}"]
        paths += [f"/claims/{claim['id']}", "/claims", "/claims.csv", "/decisions", "/claims?status=corrected"]
        for path in paths:
            told = web.get(path).text
            assert "secret answer" not in told, path
            assert "psst" not in told, path
            assert "adas-act" not in told, path
        assert "corrected" not in web.get("/api/counts").json()
        assert web.get("/api/claims?status=corrected").json()["count"] == 0
        seen = web.get(f"/api/claims/{claim['id']}").json()
        assert seen["version"] == claim["version"]
        body = {"act": "graces-act", "version": seen["version"], "verdict": "accept"}
        answer = web.post(f"/api/claims/{claim['id']}/decisions", json=body)
        assert answer.json()["claim"]["status"] == "disputed"
        assert "secret answer" in web.get(f"/claims/{claim['id']}").text
        assert web.get("/api/agreement").json()["fields"][0] == {
            "field": "verdict", "claims": 1, "percent": 0.0, "alpha": 0.0, "low": None, "high": None,
        }  # fmt: skip


def test_only_a_third_person_adjudicates(ledger: Ledger) -> None:
    """Whoever took part may not settle it, and it may be left open with a reason."""
    claim = ids(ledger)[0]
    decide(ledger, claim, Verdict.ACCEPT, ADA)
    decide(ledger, claim, Verdict.REJECT, GRACE)
    assert statuses(ledger)[claim] == "disputed"
    with pytest.raises(RefusedDecisionError):
        decide(ledger, claim, Verdict.ADJUDICATE, GRACE, changes={"outcome": "rejected"})
    decide(ledger, claim, Verdict.ADJUDICATE, MARY, changes={"outcome": "disputed"}, note="no way to tell")
    assert statuses(ledger)[claim] == "disputed"
    decide(ledger, claim, Verdict.ADJUDICATE, MARY, changes={"outcome": "rejected"})
    assert statuses(ledger)[claim] == "rejected"


def test_the_log_rebuilds_a_lost_ledger(ledger: Ledger, web: TestClient, tmp_path: Path) -> None:
    """Exported, then taken into a new ledger of the same posts: the same claims stand the same, added ones too."""
    for n, claim in enumerate(ids(ledger)[:12]):
        decide(ledger, claim, [Verdict.ACCEPT, Verdict.REJECT, Verdict.FLAG][n % 3])
    undoing.undo(ledger, act="undo-last", reviewer="ada")
    post = next(ledger.posts())
    word = next(w for w in post.text.split() if w.isalpha() and post.text.count(w) == 1)
    form = {"act": "add-missed", "revision": post.revision, "quote": word, "value": "3", "kind": "count"}
    assert web.post(f"/posts/{post.id}/missed", data=form).status_code == 200
    first = decision_log.export(ledger, tmp_path / "decisions")
    assert first
    assert decision_log.export(ledger, tmp_path / "decisions") == []
    with small_ledger(tmp_path / "new.db", reviewed=False) as new:
        refresh_queue(new)
        assert decision_log.take_in(new, tmp_path / "decisions") == len(list(ledger.decisions()))
        assert decision_log.take_in(new, tmp_path / "decisions") == 0
        refresh_queue(new)
        assert statuses(new) == statuses(ledger)
        assert next(decision_log.lines(new)) | {"seq": 1} == json.loads(first[0].read_text().splitlines()[0])


def test_a_log_is_taken_in_as_it_was_made_though_the_clock_went_back(ledger: Ledger, tmp_path: Path) -> None:
    """An undo counts after what it undoes; a time without its zone is refused."""
    claim, later = ids(ledger)[0], datetime(2026, 11, 20, 12, tzinfo=UTC)
    ruling = Ruling(claim=claim, version=version(ledger, claim, ADA), verdict=Verdict.REJECT)
    deciding.record(ledger, [ruling], act="act-first", viewer=ADA, at=later)
    undoing.undo(ledger, act="undo-first", reviewer="ada", at=later - timedelta(hours=1))
    (path,) = decision_log.export(ledger, tmp_path / "d")
    with small_ledger(tmp_path / "new.db", reviewed=False) as new:
        refresh_queue(new)
        decision_log.take_in(new, tmp_path / "d")
        assert statuses(new)[claim] == statuses(ledger)[claim] == "proposed"
        path.write_text(path.read_text().replace("+00:00", ""))
        with pytest.raises(decision_log.BadLogError, match="no zone"):
            decision_log.take_in(new, tmp_path / "d")


def test_a_broken_log_is_named_and_nothing_is_taken_in(ledger: Ledger, tmp_path: Path) -> None:
    """A half-written line stops the import before its first decision."""
    decide(ledger, ids(ledger)[0], Verdict.ACCEPT)
    (path,) = decision_log.export(ledger, tmp_path / "d")
    path.write_text(path.read_text() + '{"id": "half')
    with small_ledger(tmp_path / "new.db", reviewed=False) as new:
        with pytest.raises(decision_log.BadLogError, match="line 2"):
            decision_log.take_in(new, tmp_path / "d")
        assert not list(new.decisions())


def test_what_one_person_decided_is_taken_back_by_time(ledger: Ledger) -> None:
    """Only theirs, only since then; in the log it all stays, and one undo restores it."""
    claims = ids(ledger)
    decide(ledger, claims[0], Verdict.ACCEPT, ADA)
    middle = datetime.now(UTC)
    for claim in claims[1:5]:
        decide(ledger, claim, Verdict.ACCEPT, ADA)
    decide(ledger, claims[6], Verdict.ACCEPT, GRACE)
    assert undoing.revert(ledger, by="ada", since=middle, reviewer="mary") == 4
    found = statuses(ledger)
    assert [found[claim] for claim in claims[:7]] == ["accepted", *["proposed"] * 5, "accepted"]
    assert undoing.undo(ledger, act="undo-revert", reviewer="mary") is None  # an undo is redone, not undone
    undoing.undo(ledger, act="redo-revert", reviewer="mary", redo=True)
    assert statuses(ledger)[claims[3]] == "accepted"
    assert undoing.revert(ledger, by="ada", since=middle + timedelta(days=1), reviewer="mary") == 0
    assert undoing.revert(ledger, by="ada", since=middle, reviewer="mary") == 4  # what was redone stands, so it goes


def test_what_somebody_undid_and_redid_is_taken_back_with_the_rest(ledger: Ledger) -> None:
    """A redone decision is one that stands; an undone one is not taken back twice."""
    first, second = ids(ledger)[:2]
    before = datetime.now(UTC)
    decide(ledger, first, Verdict.ACCEPT)
    undoing.undo(ledger, act="undo-first", reviewer="ada")
    undoing.undo(ledger, act="redo-first", reviewer="ada", redo=True)
    decide(ledger, second, Verdict.ACCEPT)
    undoing.undo(ledger, act="undo-second", reviewer="ada")
    assert undoing.revert(ledger, by="ada", since=before, reviewer="mary") == 1
    assert undoing.undo(ledger, act="undo-nothing", reviewer="ada") is None  # nothing of hers is left to take back
    assert {statuses(ledger)[claim] for claim in (first, second)} == {"proposed"}


def test_every_tenth_card_is_drawn_at_random(ledger: Ledger) -> None:
    """Going through the queue, the drawn ones come after nine others, and everything is shown once."""
    viewer, seen, drawn = Viewer(name="ada"), [], []
    while True:
        with ledger.reading() as connection:
            place = next_card.next_place(connection, Wanted(), viewer, after=seen[-1] if seen else None)
        if place is None:
            break
        seen.append(place.claim)
        drawn.append(place.drawn)
        decide(ledger, place.claim, Verdict.ACCEPT, viewer)
    assert sorted(seen) == sorted(ids(ledger))
    random = [chance("draw", claim) < TENTH for claim in seen]
    assert drawn == random
    if any(drawn):
        assert drawn.index(True) == 9


def test_what_was_skipped_comes_back_at_the_end(ledger: Ledger) -> None:
    """A skip puts a claim off: it is behind all others, and there again when they are done, or under "mine"."""
    viewer = Viewer(name="ada")

    def following(wanted: Wanted = Wanted(), after: str | None = None) -> next_card.Place | None:  # noqa: B008
        with ledger.reading() as connection:
            return next_card.next_place(connection, wanted, viewer, after=after)

    first = following()
    assert first is not None
    decide(ledger, first.claim, Verdict.SKIP, viewer)
    mine = following(Wanted(mine=True))
    assert mine is not None
    assert mine.claim == first.claim
    place = following(after=first.claim)
    for _ in range(len(ids(ledger)) - 1):
        assert place is not None
        assert place.claim != first.claim
        decide(ledger, place.claim, Verdict.ACCEPT, viewer)
        place = following(after=place.claim)
    assert place is not None
    assert place.claim == first.claim
    decide(ledger, first.claim, Verdict.ACCEPT, viewer)
    assert following() is None


def test_alpha_is_that_of_the_published_example() -> None:
    """Krippendorff's nominal example of two coders and ten units has an alpha of 0.095."""
    units = [list(pair) for pair in zip("0100000010", "1110010000", strict=True)]
    found = agreement.alpha_of(units)
    assert found is not None
    assert round(found, 3) == 0.095


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abc"), min_size=2, max_size=3), min_size=1, max_size=12))
def test_alpha_is_a_librarys(units: list[list[str]]) -> None:
    """It is the alpha that NLTK gives, and none where only one answer was ever given."""
    from nltk.metrics.agreement import AnnotationTask

    found = agreement.alpha_of(units)
    if len({answer for unit in units for answer in unit}) < 2:
        assert found is None
        return
    answers = [(coder, item, answer) for item, unit in enumerate(units) for coder, answer in enumerate(unit)]
    assert found is not None
    assert abs(found - AnnotationTask(answers).alpha()) < 1e-9


def test_the_same_decision_by_another_way_is_settled(ledger: Ledger) -> None:
    """Decisions that came in without the queue's bookkeeping are caught up with."""
    claim = next(ledger.claims())
    made = Decision(
        id="from-elsewhere", target=claim.found.id, post=claim.post, revision=claim.revision, seen="",
        verdict=Verdict.ACCEPT, reviewer="ada", at=datetime.now(UTC),
    )  # fmt: skip
    ledger.record([made])
    deciding.catch_up(ledger)
    with ledger.reading() as connection:
        place = next_card.next_place(connection, Wanted(), ADA)
    assert place is not None
    assert place.claim != claim.found.id
    assert deciding.catch_up(ledger) == 0
    ruling = Ruling(claim=claim.found.id, version="what was before", verdict=Verdict.REJECT)
    with pytest.raises(ChangedMeanwhileError):
        deciding.record(ledger, [ruling], act="too-late", viewer=GRACE)
