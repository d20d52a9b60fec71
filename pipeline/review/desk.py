"""What the pages share: the ledger, who may do what, and the few numbers that every page shows."""

from __future__ import annotations

import getpass
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from sqlalchemy import select

from pipeline.ledger import schema
from pipeline.ledger.decisions import deciding, undoing
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.queue import progress
from pipeline.ledger.queue.filters import Wanted
from pipeline.ledger.standing.verdicts import META, OPEN
from pipeline.ledger.standing.viewing import Viewer
from pipeline.review import forms, words
from pipeline.review.guard import Person

ACTIONS = {  # action → key, and what help says
    "accept": ("a", "Accept the claim as it stands"),
    "correct": ("c", "Correct: open the form"),
    "reject": ("x", "Reject; then a digit for the reason"),
    "flag": ("f", "Flag for a second look"),
    "note": ("n", "Write a note"),
    "missed": ("m", "Mark a missed claim (select its words first)"),
    "read": ("e", "The post is read to the end, nothing missed"),
    "skip": ("s", "Skip for now"),
    "undo": ("u", "Undo (also Ctrl+Z)"),
    "redo": ("U", "Redo"),
    "proposals": ("p", "What was corrected often: apply it to more"),
    "next": ("j", "Next card"),
    "previous": ("k", "Previous card"),
    "next-in-post": ("]", "Next claim in this post"),
    "previous-in-post": ("[", "Previous claim in this post"),
    "source": ("o", "Go to the source text"),
    "diff": ("d", "Related claims"),
    "guideline": ("g", "Guideline for this kind of claim"),
    "search": ("/", "Search"),
    "bulk": ("b", "Decide all claims like this"),
    "help": ("?", "Help: all keys"),
}


class Loose(dict[str, Any]):
    """A mapping for templates, in which a missing name is empty text."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass(slots=True)
class Desk:
    """The state of one server."""

    ledger: Ledger
    corpus: Path
    single: Person | None
    add_post: Callable[..., Any] | None = None
    read_quantities: Callable[[str], Any] | None = None
    second_share: float = 0.0
    contact: str = ""  # where sites that are asked for a page can write to
    _templates: Environment = field(init=False)
    _known: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("pipeline.review"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"visible": words.visible, "flag_words": words.flag_words}
        self._templates.globals |= {
            "words": words,
            "ACTIONS": ACTIONS,
            "new_act": lambda: str(uuid.uuid4()),
            "address": address,
        }

    def viewer(self, person: Person) -> Viewer:
        """*person* as the queue knows them."""
        return Viewer(
            name=person.name,
            second_share=0.0 if person.single else self.second_share,
            sees_all=person.role == "reader",
            adjudicates=person.single or person.role == "adjudicator",
            single=person.single,
        )

    def remembered(self, name: str, seconds: float, make: Callable[[], Any]) -> Any:
        """What *make* gives, made anew when older than so many *seconds*."""
        now = time.monotonic()
        kept = self._known.get(name)
        if len(self._known) > 500:
            self._known.clear()
        if kept is None or now - kept[0] > seconds:
            kept = self._known[name] = (now, make())
        return kept[1]

    def kept(self, name: str, seconds: float) -> Any:
        """What was remembered under *name* in the last so many *seconds*; None where nothing was."""
        kept = self._known.get(name)
        return kept[1] if kept is not None and time.monotonic() - kept[0] <= seconds else None

    def keys(self, reviewer: str) -> dict[str, str]:
        """The key of each action for *reviewer*; none where keys are switched off."""
        keys, on = self.own_keys(reviewer)
        return keys if on else {}

    def own_keys(self, reviewer: str) -> tuple[dict[str, str], bool]:
        """The key of each action as *reviewer* has set it, and whether single keys are switched on."""
        with self.ledger.reading() as connection:
            data = connection.execute(
                select(schema.preferences.c.data).where(schema.preferences.c.reviewer == reviewer)
            ).scalar()
        kept = json.loads(data) if data else {}
        keys = {action: kept.get("keys", {}).get(action, key) for action, (key, _) in ACTIONS.items()}
        return keys, not kept.get("off")

    def page(
        self, request: Request, template: str, *, status: int = 200, wanted: Wanted | None = None, **values: Any
    ) -> HTMLResponse:
        """The page made of *template*, with what every page shows."""
        html = self.rendered(request, template, wanted=wanted, **values)
        return HTMLResponse(html.encode("utf-8", "replace"), status_code=status)

    def rendered(self, request: Request, template: str, *, wanted: Wanted | None = None, **values: Any) -> str:
        """The text of *template*, with what every page shows."""
        person: Person | None = getattr(request.state, "person", None)
        base: dict[str, Any] = {"person": person, "path": request.url.path, "keys": {}, "last": None, "counts": {}}
        base["can_redo"], base["may_decide"] = False, person is not None and person.role != "reader"
        if person is not None:
            viewer = self.viewer(person)
            base["keys"] = self.keys(person.name)
            with self.ledger.reading() as connection:
                base["counts"] = progress.counts(connection, viewer)
                last = undoing.undoable(connection, person.name)
                base["last"] = last and act_in_words(last)
                base["can_redo"] = undoing.redoable(connection, person.name) is not None
        base["left"] = sum(base["counts"].get(status, 0) for status in OPEN)
        base["total"] = sum(base["counts"].values())
        base["wanted"] = wanted or Wanted()
        base["query"] = forms.query_of(wanted) if wanted else {}
        for name in ("keys", "counts", "query", "typed", "before"):
            base[name] = Loose(values.pop(name, None) or base.get(name) or {})
        return self._templates.get_template(template).render(**base | values)


def act_in_words(act: deciding.Act) -> str:
    """One act as the bar at the bottom tells it."""
    first, count = act.decisions[0], len(act.decisions)
    said = words.VERDICTS[first.verdict.value]
    if words.reason(first.reason):
        said += f" ({words.reason(first.reason)})"
    changes = words.changes_in_words({k: v for k, v in first.changes.items() if k not in META})
    if changes and first.verdict.value == "correct":
        said += f": {changes}"
    return f"{count} claims {said}" if count > 1 else said


def address(query: Mapping[str, str], *, without: str | None = None) -> str:
    """*query* as the end of an address, without one of its names.

    >>> address({"kind": "money", "mine": "1"}, without="mine")
    '?kind=money'
    """
    kept = {name: value for name, value in query.items() if name != without}
    return f"?{urlencode(kept)}" if kept else ""


def login_name() -> str:
    """The name of whoever runs the server, for decisions of a single user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reviewer"


def plain_form(form: Mapping[str, Any]) -> dict[str, str]:
    """The text fields of a form, each once and without the characters that a ledger cannot hold."""
    made: dict[str, str] = {}
    for name, value in form.items():
        if isinstance(value, str):
            made[name] = value.replace("\0", "\ufffd").replace("\r\n", "\n")
    return made
