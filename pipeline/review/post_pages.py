"""Posts: progress, the text with all claims, what was missed, and named things to correct."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from pipeline.ledger import added_claims, deciding, progress, repeats, review_queue, rows, schema
from pipeline.ledger.appending import BY_HAND
from pipeline.ledger.deciding import UnknownTargetError
from pipeline.ledger.verdicts import in_force
from pipeline.records import Bound, Claim, Decision, Entity, Kind, Label, Modality, Verdict, digest
from pipeline.review import forms, source
from pipeline.review.card_pages import DeskOf, Form, PersonOf, wanted_of
from pipeline.review.desk import Desk, address

router = APIRouter(include_in_schema=False)
PAGE = 100
SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9$€£¥])")


@router.get("/posts")
def posts(request: Request, desk: DeskOf) -> Response:
    """Progress by post, a page at a time, and by kind."""
    page = request.query_params.get("page", "1")
    if not page.isdecimal() or not 1 <= int(page) <= 100_000:
        raise forms.BadInputError("page", "is a number from 1")
    review_queue.refresh(desk.ledger)
    table = schema.posts.c
    with desk.ledger.reading() as connection:
        found = list(progress.by_post(connection, most=PAGE + 1, skip=(int(page) - 1) * PAGE))
        ids = [name for name, _, _ in found[:PAGE]]
        query = select(table.id, table.title, table.date, table.publisher, table.revision).where(table.id.in_(ids))
        about = {row["id"]: row for row in connection.execute(query).mappings()}
        read = read_posts(connection, ids)
        by_kind = progress.by_kind(connection)
        outlook = progress.outlook(connection)
    return desk.page(
        request,
        "posts.html",
        by_post=found[:PAGE],
        by_kind=by_kind,
        about=about,
        read=read,
        page=int(page),
        more=len(found) > PAGE,
        outlook=outlook,
    )


def read_posts(connection: Connection, posts: Sequence[str]) -> set[tuple[str, str]]:
    """The (post, revision) pairs of *posts* that somebody has read to the end."""
    decided = schema.decisions.c
    query = (
        select(schema.decisions).where(decided.target_kind == "post", decided.target.in_(posts)).order_by(decided.seq)
    )
    made = [rows.decision_of(row) for row in connection.execute(query).mappings()]
    return {(d.post, d.revision) for d in in_force(made) if d.verdict is Verdict.READ}


@router.get("/posts/{post_id}")
def one_post(request: Request, desk: DeskOf, person: PersonOf, post_id: str) -> Response:
    """The post's text with its claims, the form for a missed one, and its named things."""
    start, end = request.query_params.get("start", ""), request.query_params.get("end", "")
    return show_post(request, desk, post_id, typed={"start": start, "end": end})


def show_post(
    request: Request, desk: Desk, post_id: str, *, typed: dict[str, str], problem: str | None = None, status: int = 200
) -> Response:
    """The page of one post; with a *problem* and what was *typed* where something went wrong."""
    with desk.ledger.reading() as connection:
        post, text = post_and_text(connection, post_id)
        claims = schema.claims.c
        found = [
            rows.claim_of(row)
            for row in connection.execute(
                select(schema.claims).where(claims.post == post_id, claims.live == 1).order_by(claims.start)
            ).mappings()
        ]
        entities = named(connection, post_id)
        read = (post_id, post["revision"]) in read_posts(connection, [post_id])
        original, copied = repeats.repeated(connection, post), repeats.repeating(connection, post_id)
    marks = [
        source.Marked(claim.start, claim.end, "other", f"/claims/{claim.id}", "a claim of this post") for claim in found
    ]
    start, end = typed.get("start", ""), typed.get("end", "")
    chosen = ""
    if start.isdecimal() and end.isdecimal() and 0 <= int(start) < int(end) <= len(text):
        chosen = text[int(start) : int(end)]
        if len(chosen) <= forms.LONGEST:
            marks.append(source.Marked(int(start), int(end), "evidence"))
    guess = None
    if chosen and desk.read_quantities is not None:
        guess = next(iter(desk.read_quantities(chosen[: forms.LONGEST])), None)
    return desk.page(
        request,
        "post.html",
        status=status,
        post=post,
        source=source.marked_text(text, marks),
        claims=found,
        entities=entities,
        read=read,
        original=original,
        copied=copied,
        typed=typed,
        chosen=chosen[: forms.LONGEST],
        guess=guess,
        problem=problem,
        labels=list(Label),
    )


def post_and_text(connection: Connection, post_id: str) -> tuple[dict[str, Any], str]:
    """The row of a post and its present text. Raises ``UnknownTargetError``."""
    row = connection.execute(select(schema.posts).where(schema.posts.c.id == post_id)).mappings().first()
    if row is None:
        raise UnknownTargetError(f"post {post_id}", "is not in the ledger")
    revisions = schema.revisions.c
    text = connection.execute(
        select(revisions.text).where(revisions.post == post_id, revisions.revision == row["revision"])
    ).scalar()
    return dict(row), text or ""


@router.post("/posts/{post_id}/read")
def read_to_the_end(desk: DeskOf, person: PersonOf, form: Form, post_id: str) -> Response:
    """Keep that the post was read to the end and nothing is missing: recall needs it."""
    deciding.record_other(
        desk.ledger,
        act=form.get("act", ""),
        reviewer=person.name,
        target=post_id,
        target_kind="post",
        post=post_id,
        revision=form.get("revision", ""),
        verdict=Verdict.READ,
    )
    query = forms.query_of(wanted_of(form))
    claim = form.get("claim", "")
    if claim and re.fullmatch(r"[\w.:-]{1,100}", claim):
        return RedirectResponse(f"/claims/{claim}{address(query)}", 303)
    return RedirectResponse(f"/posts/{post_id}", 303)


@router.post("/posts/{post_id}/missed")
def missed(request: Request, desk: DeskOf, person: PersonOf, form: Form, post_id: str) -> Response:
    """Put a claim that the extractor missed into the ledger."""
    try:
        claim = add_missed(desk, person.name, form, post_id)
    except (forms.BadInputError, deciding.RefusedDecisionError, deciding.ChangedMeanwhileError) as error:
        return show_post(request, desk, post_id, typed=form, problem=f"Not saved: {error}.", status=400)
    return RedirectResponse(f"/claims/{claim.id}", 303)


def add_missed(desk: Desk, reviewer: str, form: dict[str, str], post_id: str) -> Claim:
    """Make and keep the claim that *form* tells of."""
    with desk.ledger.reading() as connection:
        post, text = post_and_text(connection, post_id)
        start, end = _where(form, text)
        begin, sentence = sentence_around(text, start, end)
        claim = _claim(connection, form, post_id, text, (start, end), (begin, sentence))
    added_claims.add_claim(
        desk.ledger,
        claim,
        act=form.get("act", ""),
        reviewer=reviewer,
        post=post_id,
        revision=form.get("revision", post["revision"]),
    )
    return claim


def _where(form: dict[str, str], text: str) -> tuple[int, int]:
    start, end = form.get("start", ""), form.get("end", "")
    quote = form.get("quote", "").strip()
    if start.isdecimal() and end.isdecimal() and 0 <= int(start) < int(end) <= len(text):
        if int(end) - int(start) > forms.LONGEST:
            raise forms.BadInputError("words", "are too many; mark only the figure with its sign, scale and unit")
        if not quote or text[int(start) : int(end)] == quote:
            return int(start), int(end)
    if not quote:
        raise forms.BadInputError("words", "select the figure in the text, or type it just as it stands there")
    times = text.count(quote)
    if times == 0:
        raise forms.BadInputError("words", f"“{quote[:80]}” does not stand in the post")
    if times > 1:
        raise forms.BadInputError("words", f"“{quote[:80]}” stands {times} times in the post; type more of it")
    return text.index(quote), text.index(quote) + len(quote)


def sentence_around(text: str, start: int, end: int) -> tuple[int, str]:
    """The sentence that holds ``text[start:end]``, and where it begins.

    >>> sentence_around("One came. Two went home. Three stayed.", 10, 13)
    (10, 'Two went home.')
    """
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    for match in SENTENCE_END.finditer(text, first, last):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            last = match.start()
            break
    return first, text[first:last].rstrip()


def _claim(
    connection: Connection,
    form: dict[str, str],
    post_id: str,
    text: str,
    place: tuple[int, int],
    sentence: tuple[int, str],
) -> Claim:
    quote = text[place[0] : place[1]]
    held = schema.claims.c
    met: Counter[tuple[str, str]] = Counter()
    query = select(held.sentence, held.quote).where(held.post == post_id, held.start < place[0], held.live == 1)
    for row in connection.execute(query):
        met[_plain(row[0]), _plain(row[1])] += 1
    key = (_plain(sentence[1]), _plain(quote))
    for name, choices in (("kind", Kind), ("bound", Bound), ("modality", Modality)):
        if form.get(name) and form[name] not in set(choices):
            raise forms.BadInputError(name, f"is one of {', '.join(choices)}")
    blank = Claim(
        id=digest("claim", post_id, *key, str(met[key])),
        start=place[0],
        end=place[1],
        quote=quote,
        sentence=sentence[1],
        sentence_start=sentence[0],
        kind=Kind(form.get("kind") or Kind.COUNT),
        value=forms.number("value", form.get("value", "")),
        value_max=forms.number("value_max", form["value_max"]) if form.get("value_max") else None,
        unit=(form.get("unit") or "").strip()[: forms.LONGEST] or None,
        bound=Bound(form.get("bound") or Bound.EXACT),
        modality=Modality(form.get("modality") or Modality.ACTUAL),
        subject=(form.get("subject") or "").strip()[: forms.LONGEST] or None,
        measure=(form.get("measure") or "").strip()[: forms.LONGEST] or None,
        confidence=1.0,
        extractor=BY_HAND,
    )
    forms.agree({}, blank)
    return blank


def _plain(text: str) -> str:
    """*text* as claims' ids see it (``extract.identity``), so that the extractor's own find has the same id."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


# Named things


def entity_id(post: str, entity: Entity) -> str:
    """What decisions on a mention are about."""
    return digest("entity", post, str(entity.start), str(entity.end), entity.label)


def named(connection: Connection, post_id: str) -> list[tuple[str, Entity, Decision | None]]:
    """The post's mentions of named things, each with the decision in force on it."""
    entities, decided = schema.entities.c, schema.decisions.c
    query = (
        select(schema.decisions).where(decided.post == post_id, decided.target_kind == "entity").order_by(decided.seq)
    )
    last = {d.target: d for d in in_force([rows.decision_of(row) for row in connection.execute(query).mappings()])}
    found = connection.execute(
        select(schema.entities).where(entities.post == post_id).order_by(entities.start, entities.end)
    ).mappings()
    made = [rows.entity_of(row) for row in found]
    return [(entity_id(post_id, entity), entity, last.get(entity_id(post_id, entity))) for entity in made]


@router.post("/posts/{post_id}/entities/{entity}")
def decide_entity(desk: DeskOf, person: PersonOf, form: Form, post_id: str, entity: str) -> Response:
    """Accept, correct or reject one mention of a named thing."""
    with desk.ledger.reading() as connection:
        known = {name: found for name, found, _ in named(connection, post_id)}
    if entity not in known:
        raise UnknownTargetError(f"entity {entity}", "is not in the ledger")
    verdicts = {"accept": Verdict.ACCEPT, "correct": Verdict.CORRECT, "reject": Verdict.REJECT}
    verdict = verdicts.get(form.get("verdict", ""))
    if verdict is None:
        raise forms.BadInputError("verdict", "accept, correct or reject")
    changes: dict[str, object] = {}
    if verdict is Verdict.CORRECT:
        label, canonical = form.get("label", ""), form.get("canonical", "").strip()[: forms.LONGEST]
        if label not in set(Label):
            raise forms.BadInputError("label", f"is one of {', '.join(Label)}")
        if label != known[entity].label:
            changes["label"] = label
        if canonical != (known[entity].canonical or ""):
            changes["canonical"] = canonical or None
        if not changes:
            verdict = Verdict.ACCEPT
    found = known[entity]
    deciding.record_other(
        desk.ledger,
        act=form.get("act", ""),
        reviewer=person.name,
        target=entity,
        target_kind="entity",
        post=post_id,
        revision=form.get("revision", ""),
        verdict=verdict,
        changes=changes | {"start": found.start, "end": found.end, "quote": found.quote},
    )
    return RedirectResponse(f"/posts/{post_id}#entities", 303)
