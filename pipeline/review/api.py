"""The JSON API: the same actions as the pages, described in OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from pipeline.ledger.decisions import agreement, deciding, undoing
from pipeline.ledger.decisions.deciding import ChangedMeanwhileError, UnknownTargetError
from pipeline.ledger.queue import next_card, presence, progress, totals
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.standing.sights import sight
from pipeline.ledger.themes.edits import take_hold
from pipeline.records import Decision, Verdict
from pipeline.review import cards, forms, log, table, words
from pipeline.review.desk import Desk
from pipeline.review.given import DeskOf, PersonOf
from pipeline.review.guard import Person
from pipeline.review.missed import add_missed
from pipeline.review.rulings import ruling_from

router = APIRouter(prefix="/api", tags=["review"])
pages = APIRouter(include_in_schema=False)
ClaimId = Annotated[str, Path(max_length=100)]
Text = Annotated[str, Field(max_length=500)]


class Body(BaseModel):
    """What is sent; names that mean nothing are refused."""

    model_config = ConfigDict(extra="forbid")


class NewDecision(Body):
    """One verdict on one claim; ``version`` is the one that was shown, ``act`` a name of your own for this act."""

    act: Annotated[str, Field(min_length=8, max_length=64, description="Send the same act again after a lost answer")]
    version: Annotated[str, Field(max_length=64)]
    verdict: Literal["accept", "correct", "reject", "flag", "note", "skip", "adjudicate"]
    reason: Text | None = None
    note: Annotated[str, Field(max_length=4000)] | None = None
    pick: Annotated[str, Field(max_length=100, description="adjudicate: a decision's id, or open")] = ""
    insist: bool = False
    fields: Annotated[dict[str, str | None], Field(max_length=30, description="correct: field → value")] = {}
    marks: Annotated[dict[str, Literal["right", "wrong"]], Field(max_length=30, description="field by field")] = {}


class NewAct(Body):
    """An undo or redo."""

    act: Annotated[str, Field(min_length=8, max_length=64)]


class NewClaim(NewAct):
    """A claim that was missed: where its figure stands, and what it says."""

    revision: Text
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    kind: Text
    value: Text
    value_max: Text | None = None
    unit: Text | None = None
    bound: Text = "exact"
    modality: Text = "actual"
    subject: Text | None = None
    measure: Text | None = None


class Here(Body):
    """A browser tab that shows a claim, by a name of its own."""

    tab: Annotated[str, Field(min_length=8, max_length=64)]


class ReadToEnd(NewAct):
    """The post was read to the end; nothing is missing."""

    revision: Text


class Words(Body):
    """A few words that may hold a quantity."""

    text: Annotated[str, Field(max_length=500)]


def claim_json(desk: Desk, person: Person, claim_id: str) -> dict[str, Any]:
    """One claim as *person* may see it."""
    with desk.ledger.reading() as connection:
        card = cards.card_of(connection, claim_id, desk.viewer(person))
    if card is None:
        raise UnknownTargetError(f"claim {claim_id}", "is not in the ledger")
    claim = card.claim
    return {
        "id": claim.id,
        "version": card.version,
        "status": card.status,
        "why": card.why,
        "words": card.headline,
        "start": claim.start,
        "end": claim.end,
        "sentence_start": claim.sentence_start,
        "post": card.post["id"],
        "revision": card.post["revision"],
        "title": card.post["title"],
        "url": card.post["url"],
        "confidence": claim.confidence,
        "flags": list(claim.flags),
        "theme": card.theme,
        "live": card.live,
        "marks": {field.name: field.mark for field in card.fields if field.mark},
        "found": sight(card.found),
        **sight(claim),
        "doubts": list(card.doubts),
        "related": [{"claim": r.claim, "kind": r.kind, "reason": r.reason} for r in card.related],
        "decisions": [decision_json(decision) | {"in_force": kept} for decision, kept in card.history],
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision as plain values."""
    return {
        "id": decision.id,
        "target": decision.target,
        "target_kind": decision.target_kind,
        "verdict": decision.verdict.value,
        "reviewer": decision.reviewer,
        "at": decision.at.isoformat(),
        "reason": decision.reason,
        "note": decision.note,
        "changes": dict(decision.changes),
        "seen": decision.seen,
        "revision": decision.revision,
    }


@router.get("/queue/next")
def next_claim(request: Request, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """The claim to look at next (null when nothing is left); filters as on the page."""
    wanted = forms.wanted_from(request.query_params.multi_items(), beside=("after",))
    refresh_queue(desk.ledger)
    with desk.ledger.reading() as connection:
        place = next_card.next_place(connection, wanted, desk.viewer(person), after=request.query_params.get("after"))
    return {"claim": claim_json(desk, person, place.claim) if place else None}


@router.get("/counts")
def counts(desk: DeskOf, person: PersonOf) -> dict[str, int]:
    """How many claims stand where."""
    with desk.ledger.reading() as connection:
        return progress.counts(connection, desk.viewer(person))


@router.get("/claims")
def claims(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """The claims that the filters name, as on the page of claims."""
    wanted = forms.wanted_from(request.query_params.multi_items(), beside=("limit", "offset"))
    viewer = desk.viewer(person)
    with desk.ledger.reading() as connection:
        found = [
            {"id": row["claim"].id, "status": row["status"], "post": row["post"], **sight(row["claim"])}
            for row in table.shown(connection, wanted, viewer, limit=limit, offset=offset)
        ]
        return {"count": totals.count(connection, wanted, viewer), "claims": found}


@router.get("/claims/{claim_id}")
def one(desk: DeskOf, person: PersonOf, claim_id: ClaimId) -> dict[str, Any]:
    """One claim with its version, fields, findings and the decisions that you may see."""
    return claim_json(desk, person, claim_id)


@router.post("/claims/{claim_id}/decisions", responses={409: {"description": "The claim has changed since"}})
def decide(desk: DeskOf, person: PersonOf, claim_id: ClaimId, body: NewDecision) -> Response:
    """Keep a verdict; it is on disk when this answers. 409 shows how the claim stands now."""
    for name in body.fields.keys() - forms.CORRECTION | body.marks.keys() - cards.SHOWN_FIELDS.keys():
        raise forms.BadInputError(name, "is no field of a claim that can be said here")
    form = {name: value or "" for name, value in body.fields.items()}
    form |= {"verdict": body.verdict, "version": body.version, "reason": body.reason or "", "note": body.note or ""}
    form |= {f"mark-{name}": mark for name, mark in body.marks.items()}
    form |= {"pick": body.pick} | ({"insist": "1"} if body.insist else {})
    try:
        act = deciding.record(
            desk.ledger,
            [ruling_from(desk, person, form, claim_id)],
            act=body.act,
            viewer=desk.viewer(person),
        )
    except ChangedMeanwhileError as error:
        return JSONResponse({"error": str(error), "claim": claim_json(desk, person, claim_id)}, 409)
    decisions = [decision_json(decision) for decision in act.decisions]
    return JSONResponse({"act": act.id, "decisions": decisions, "claim": claim_json(desk, person, claim_id)})


@router.post("/claims/{claim_id}/here")
def here(desk: DeskOf, person: PersonOf, claim_id: ClaimId, body: Here) -> dict[str, Any]:
    """Tell that a tab shows the claim; who else has it before them just now. A hint, no lock."""
    presence.note(desk.ledger, tab=body.tab, reviewer=person.name, claim=claim_id)
    with desk.ledger.reading() as connection:
        names = presence.others(connection, tab=body.tab, claim=claim_id)
    return {"others": names, "words": words.company(names, person.name)}


@router.post("/undo")
def undo(desk: DeskOf, person: PersonOf, body: NewAct) -> dict[str, Any]:
    """Take back your last act, bulk included."""
    act = undoing.undo(desk.ledger, act=body.act, reviewer=person.name)
    return _undone(take_hold(desk.ledger, act))


@router.post("/redo")
def redo(desk: DeskOf, person: PersonOf, body: NewAct) -> dict[str, Any]:
    """Take back your last undo."""
    act = undoing.undo(desk.ledger, act=body.act, reviewer=person.name, redo=True)
    return _undone(take_hold(desk.ledger, act))


def _undone(act: deciding.Act | None) -> dict[str, Any]:
    return {"decisions": [decision_json(decision) for decision in act.decisions] if act else []}


@router.post("/posts/{post_id}/read")
def read(desk: DeskOf, person: PersonOf, post_id: ClaimId, body: ReadToEnd) -> dict[str, Any]:
    """Keep that the post was read to the end."""
    act = deciding.record_other(
        desk.ledger,
        act=body.act,
        reviewer=person.name,
        target=post_id,
        target_kind="post",
        post=post_id,
        revision=body.revision,
        verdict=Verdict.READ,
    )
    return _undone(act)


@router.post("/posts/{post_id}/claims")
def missed(desk: DeskOf, person: PersonOf, post_id: ClaimId, body: NewClaim) -> dict[str, Any]:
    """Add a claim that the extractor missed."""
    form = {name: str(value) for name, value in body.model_dump().items() if value is not None}
    claim = add_missed(desk, person.name, form, post_id)
    return {"claim": claim_json(desk, person, claim.id)}


@router.post("/quantities")
def quantities(desk: DeskOf, person: PersonOf, body: Words) -> dict[str, Any]:
    """The quantities that a few words hold."""
    if desk.read_quantities is None:
        return {"quantities": []}
    return {
        "quantities": [
            {
                "value": words.plain(found.value),
                "value_max": None if found.value_max is None else words.plain(found.value_max),
                "bound": found.bound.value,
                "unit": found.unit,
                "kind": found.kind.value,
                "words": f"{words.BOUNDS[found.bound]}{words.short(found.value)}"
                + (f" to {words.short(found.value_max)}" if found.value_max is not None else ""),
            }
            for found in desk.read_quantities(body.text)
        ]
    }


@router.get("/decisions")
def decisions(
    desk: DeskOf, person: PersonOf, before: Annotated[int | None, Query(ge=0)] = None, by: Text | None = None
) -> dict[str, Any]:
    """The newest decisions that you may see."""
    with desk.ledger.reading() as connection:
        lines, last = log.latest(connection, desk.viewer(person), before=before, by=by)
    return {"decisions": [{"seq": line["seq"], **decision_json(line["decision"])} for line in lines], "before": last}


@router.get("/agreement")
def agreed(desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """How far reviewers agree, by field."""
    with desk.ledger.reading() as connection:
        return {
            "fields": [
                {name: getattr(found, name) for name in ("field", "claims", "percent", "alpha", "low", "high")}
                for found in agreement.measure(connection)
            ]
        }


@pages.get("/api")
def described(request: Request, desk: DeskOf) -> Response:
    """What the API can do, as a page of our own."""
    return desk.page(request, "api.html", paths=request.app.openapi()["paths"])
