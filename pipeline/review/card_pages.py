"""The queue and the card: what is shown next, and taking down what its reviewer says."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from markupsafe import Markup

from pipeline.ledger.decisions import deciding, undoing
from pipeline.ledger.decisions.deciding import ChangedMeanwhileError, RefusedDecisionError, UnknownTargetError
from pipeline.ledger.queue import next_card, progress
from pipeline.ledger.queue.filters import Wanted
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.queue.outlook import outlook_of
from pipeline.ledger.standing.verdicts import META, Status
from pipeline.ledger.themes.edits import take_hold
from pipeline.records import Decision, Verdict
from pipeline.review import cards, forms, source, words
from pipeline.review.desk import Desk
from pipeline.review.diffs import changed_words
from pipeline.review.given import DeskOf, Form, PersonOf
from pipeline.review.guard import Person
from pipeline.review.rulings import ruling_from

router = APIRouter(include_in_schema=False)
BESIDE = ("after", "back")
HAS_NEXT = "x-has-next"  # a page of ours that has fetched the next card beforehand


@router.get("/")
def queue(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The next card."""
    wanted = forms.wanted_from(request.query_params.multi_items(), beside=BESIDE)
    refresh_queue(desk.ledger)
    after = request.query_params.get("after")
    back = request.query_params.get("back") == "1"
    with desk.ledger.reading() as connection:
        place = next_card.next_place(connection, wanted, desk.viewer(person), after=after, back=back)
    if place is None and back:
        return RedirectResponse(f"/claims/{after}?{urlencode(forms.query_of(wanted))}" if after else "/", 303)
    if place is None:
        return desk.page(request, "empty.html", wanted=wanted)
    return show_card(request, desk, person, place.claim, wanted)


@router.get("/claims/{claim_id}")
def one_claim(request: Request, desk: DeskOf, person: PersonOf, claim_id: str) -> Response:
    """The card of one claim."""
    wanted = forms.wanted_from(request.query_params.multi_items(), beside=BESIDE)
    refresh_queue(desk.ledger)
    return show_card(request, desk, person, claim_id, wanted)


def show_card(
    request: Request,
    desk: Desk,
    person: Person,
    claim_id: str,
    wanted: Wanted,
    *,
    status: int = 200,
    problem: str | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    """The page with the card of *claim_id*; with a *problem* and what was *typed* where something went wrong."""
    viewer = desk.viewer(person)
    with desk.ledger.reading() as connection:
        card = cards.card_of(connection, claim_id, viewer)
        if card is None:
            raise UnknownTargetError(f"claim {claim_id}", "is not in the ledger")
        kind, known_for = card.claim.kind, 0 if viewer.second_share <= 0 else 30  # what is withheld takes counting
        judged = desk.remembered(
            f"judged {viewer.name} {kind}", known_for, lambda: progress.judged(connection, kind, viewer)
        )
        outlook = desk.remembered("outlook", 10, lambda: outlook_of(connection))
    themes = desk.ledger.themes()
    query = urlencode(forms.query_of(wanted))
    claim = card.claim
    return desk.page(
        request,
        "card.html",
        status=status,
        wanted=wanted,
        card=card,
        source=source.marked_text(card.text, marks_of(card)),
        sentence=source.marked_sentence(
            claim.sentence, claim.start - claim.sentence_start, claim.end - claim.sentence_start
        ),
        original=source.text_fragment(card.post["url"], claim.quote),
        judged=judged,
        outlook=outlook,
        themes=themes,
        suffix=f"?{query}" if query else "",
        joiner=f"&{query}" if query else "",
        in_post=beside_it(card),
        problem=problem,
        typed=typed or {},
        may_adjudicate=viewer.adjudicates
        and (person.single or person.name not in {side.reviewer for side in card.sides}),
        differing_changes=differing_changes,
        reworded=reworded(card),
        before=answered_before(card),
    )


def marks_of(card: cards.Card) -> list[source.Marked]:
    """What the post's text marks: the claim's words and sentence, and the post's other claims as links."""
    claim = card.claim
    marks = [
        source.Marked(other["start"], other["end"], "other", f"/claims/{other['id']}", "another claim of this post")
        for other in card.others
        if other["id"] != claim.id
    ]
    if card.live:
        marks.append(source.Marked(claim.sentence_start, claim.sentence_start + len(claim.sentence), "sentence"))
        marks.append(source.Marked(claim.start, claim.end, "evidence"))
    elif card.nearest:
        marks.append(source.Marked(card.nearest[0], card.nearest[0] + len(card.nearest[1]), "evidence"))
    return marks


def beside_it(card: cards.Card) -> dict[str, str | None]:
    """The claims before and after this one in its post."""
    ids = [str(other["id"]) for other in card.others]
    place = ids.index(card.claim.id) if card.claim.id in ids else 0
    return {
        "previous": ids[place - 1] if place > 0 else None,
        "next": ids[place + 1] if place + 1 < len(ids) else None,
    }


def reworded(card: cards.Card) -> Markup | None:
    """How the sentence that was decided on reads now, word by word; None where it is the same or gone."""
    if not card.live:
        return changed_words(card.found.sentence, card.nearest[1]) if card.nearest else None
    if not card.before or card.before["sentence"] == card.found.sentence:
        return None
    return changed_words(str(card.before["sentence"]), card.found.sentence)


def answered_before(card: cards.Card) -> dict[str, str]:
    """The answer that no longer counts, as the forms of the card begin with it; empty where there is none."""
    if not card.overtaken or card.status != Status.STALE or not card.live:
        return {}
    last = card.overtaken[-1]
    told = {name: "" if value is None else str(value) for name, value in last.changes.items() if name not in META}
    for name in ("start", "end", "quote"):  # the words have moved since
        told.pop(name, None)
    return told | {"verdict": last.verdict.value, "reason": last.reason or ""}


def differing_changes(sides: Sequence[Decision]) -> list[str]:
    """The fields that *sides* of a dispute would not change alike."""
    names = {name for side in sides for name in side.changes if name not in META}
    return sorted(name for name in names if len({str(side.changes.get(name)) for side in sides}) > 1)


@router.post("/claims/{claim_id}/decide")
def decide(request: Request, desk: DeskOf, person: PersonOf, form: Form, claim_id: str) -> Response:
    """Keep a reviewer's verdict, then show the next card.

    A page that has the next card already gets just its name, and the bar with what was saved.
    """
    wanted, viewer = forms.wanted_of(form), desk.viewer(person)
    try:
        ruling = ruling_from(desk, person, form, claim_id)
        deciding.record(desk.ledger, [ruling], act=form.get("act", ""), viewer=viewer)
    except ChangedMeanwhileError:
        mine = words.VERDICTS.get(form.get("verdict", ""), "decided")
        problem = (
            f"Not saved: this claim was decided on or changed while you looked at it. You said “{mine}”; "
            "below is how it stands now. Decide again if you still mean it."
        )
        return show_card(request, desk, person, claim_id, wanted, status=409, problem=problem, typed=form)
    except (forms.BadInputError, RefusedDecisionError) as error:
        problem = f"Not saved: {error}."
        return show_card(request, desk, person, claim_id, wanted, status=400, problem=problem, typed=form)
    query = forms.query_of(wanted)
    if ruling.verdict is Verdict.NOTE:
        return RedirectResponse(f"/claims/{claim_id}?{urlencode(query)}", 303)
    onward = f"/?{urlencode({'after': claim_id} | query)}"
    if request.headers.get(HAS_NEXT) is None:
        return RedirectResponse(onward, 303)
    with desk.ledger.reading() as connection:
        place = next_card.next_place(connection, wanted, viewer, after=claim_id)
    bar = desk.rendered(request, "bar.html", wanted=wanted)
    return JSONResponse({"claim": place and place.claim, "address": onward, "bar": bar})


@router.post("/undo")
def undo(desk: DeskOf, person: PersonOf, form: Form) -> Response:
    """Take back the last act, and show what it was about."""
    done = undoing.undo(desk.ledger, act=form.get("act", ""), reviewer=person.name)
    return _back_to(take_hold(desk.ledger, done), forms.wanted_of(form))


@router.post("/redo")
def redo(desk: DeskOf, person: PersonOf, form: Form) -> Response:
    """Take back the last undo."""
    done = undoing.undo(desk.ledger, act=form.get("act", ""), reviewer=person.name, redo=True)
    return _back_to(take_hold(desk.ledger, done), forms.wanted_of(form))


def _back_to(act: deciding.Act | None, wanted: Wanted) -> Response:
    query = f"?{urlencode(forms.query_of(wanted))}" if wanted.any else ""
    if act is None or act.decisions[0].target_kind != "claim":
        return RedirectResponse(f"/{query}", 303)
    return RedirectResponse(f"/claims/{act.decisions[0].target}{query}", 303)
