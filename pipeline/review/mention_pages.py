"""Deciding on one mention of a named thing."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from pipeline.ledger.decisions import deciding
from pipeline.ledger.decisions.deciding import UnknownTargetError
from pipeline.records import Label, Verdict
from pipeline.review import forms
from pipeline.review.given import DeskOf, Form, PersonOf
from pipeline.review.mentions import named

router = APIRouter(include_in_schema=False)


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
