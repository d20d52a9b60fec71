"""What a form says about a claim: the ruling that is kept, or a sentence on what to mend in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipeline.ledger.decisions.deciding import Ruling, UnknownTargetError
from pipeline.ledger.standing.verdicts import FIELD_VERDICTS, META, OUTCOMES, Status, outcome_of
from pipeline.records import Verdict
from pipeline.review import cards, forms, words
from pipeline.review.desk import Desk
from pipeline.review.guard import Person

REQUIRED = ("value", "kind", "bound", "modality")  # a claim has these, so a wrong one must be put right or rejected
LONGEST_NOTE = 4000


def ruling_from(desk: Desk, person: Person, form: dict[str, str], claim_id: str) -> Ruling:
    """What *form* says about the claim. Raises ``BadInputError`` with what to mend."""
    try:
        verdict = Verdict(form.get("verdict", ""))
    except ValueError as error:
        raise forms.BadInputError("verdict", "is not one that is known") from error
    reason, note = form.get("reason") or None, (form.get("note") or "").strip() or None
    if note and len(note) > LONGEST_NOTE:
        raise forms.BadInputError("note", f"is longer than {LONGEST_NOTE} characters")
    with desk.ledger.reading() as connection:
        card = cards.card_of(connection, claim_id, desk.viewer(person))
    if card is None:
        raise UnknownTargetError(f"claim {claim_id}", "is not in the ledger")
    changes: dict[str, Any] = {}
    marks = marks_from(form)
    if verdict is Verdict.REJECT:
        if not words.reason(reason) or (reason == words.GONE) is card.live:
            raise forms.BadInputError("reason", f"say why: {', '.join(words.REASONS.values())}")
    elif verdict is Verdict.NOTE:
        if not note:
            raise forms.BadInputError("note", "is empty")
    elif verdict is Verdict.CORRECT:
        changes = corrections(desk, form, card)
    elif verdict is Verdict.ACCEPT and "wrong" in marks.values():
        changes, verdict = without_the_wrong(marks, card), Verdict.CORRECT
    elif verdict is Verdict.ADJUDICATE:
        changes, reason = picked(form.get("pick", ""), card, note)
    elif verdict not in (Verdict.ACCEPT, Verdict.FLAG, Verdict.SKIP):
        raise forms.BadInputError("verdict", "is not one for this form")
    if card.sides and verdict in (Verdict.ACCEPT, Verdict.REJECT, Verdict.CORRECT) and desk.viewer(person).adjudicates:
        changes, verdict = changes | {"outcome": str(OUTCOMES[verdict])}, Verdict.ADJUDICATE
    if marks and verdict in (Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT):
        changes = changes | {FIELD_VERDICTS: marks}
    return Ruling(
        claim=claim_id,
        version=form.get("version", ""),
        verdict=verdict,
        reason=reason if verdict in (Verdict.REJECT, Verdict.ADJUDICATE) else None,
        note=note,
        changes=changes,
    )


def marks_from(form: dict[str, str]) -> dict[str, str]:
    """The fields that *form* marks as right or wrong."""
    return {name: mark for name in cards.SHOWN_FIELDS if (mark := form.get(f"mark-{name}")) in ("right", "wrong")}


def without_the_wrong(marks: dict[str, str], card: cards.Card) -> dict[str, Any]:
    """What accepting the rest changes: a field that is wrong says nothing until somebody says what is right."""
    wrong = [name for name, mark in marks.items() if mark == "wrong"]
    for name in wrong:
        if name in REQUIRED:
            field = words.FIELD_NAMES[name].lower()
            raise forms.BadInputError(field, "is marked as wrong; say the right one under Correct, or reject the claim")
    changes = {name: None for name in wrong if getattr(card.found, name) is not None}
    if not changes:
        raise forms.BadInputError(words.FIELD_NAMES[wrong[0]].lower(), "is empty; say the right one under Correct")
    return changes


def picked(pick: str, card: cards.Card, note: str | None) -> tuple[dict[str, Any], str | None]:
    """What adjudicating for one side, or leaving it open, changes; and the reason that goes with it."""
    if pick == "open":
        if not note:
            raise forms.BadInputError("note", "say why it stays open")
        return {"outcome": str(Status.DISPUTED)}, None
    for side in card.sides:
        if side.id == pick:
            kept = {name: value for name, value in side.changes.items() if name not in META}
            return {"outcome": str(outcome_of(side)), **kept}, side.reason
    raise forms.BadInputError("pick", "choose one of the answers")


def corrections(desk: Desk, form: dict[str, str], card: cards.Card) -> dict[str, Any]:
    """The corrected fields, against what the extractor found. Raises ``BadInputError`` where they disagree."""
    changes = forms.changes_from(form, card.found, card.text)
    theme = form.get("theme", "").strip()
    if theme and theme != (card.themes[0] if card.themes else ""):
        if theme not in {known.slug for known in desk.ledger.themes()}:
            raise forms.BadInputError("theme", "is not a theme")
        changes["theme"] = theme
    if desk.read_quantities is not None and "insist" not in form and {"value", "value_max", "quote"} & set(changes):
        quote = str(changes.get("quote", card.found.quote))
        value = Decimal(str(changes.get("value", card.found.value)))
        forms.words_agree(quote, value, desk.read_quantities(quote))
    return changes
