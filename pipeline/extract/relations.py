"""How the phrases of a sentence stand to a figure in it: whose it is, what it is of, what acts on it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.extract.figure import NOUNS, VERBS, Figure, clause_of
from pipeline.extract.lexicon import words

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = {"nsubj", "nsubjpass", "csubj", "csubjpass"}
OBJECTS = {"dobj", "dative", "attr", "oprd", "acomp"}
RELATIVES = {"who", "which", "that", "whom", "whose"}
CLAUSES = 3  # how many are climbed
PREPOSITIONS = {"of", "in", "for", "on", "with", "to", "from", "by", "at", "through", "across", "into", "as", "about"}

type Relations = dict[int, set[str]]


def relations_of(figure: Figure) -> Relations:
    """For each token of the sentence that stands in a known relation to *figure*: the relations' names."""
    found: Relations = defaultdict(set)
    anchor = figure.noun or figure.top
    if figure.noun is not None:
        found[figure.noun.i].add("own")
        _below(figure.noun, "own", found)
    _below(figure.top, "own", found)
    _above(figure.top, figure, found)
    if figure.noun is not None:
        _above(figure.noun, figure, found)
    _beside(figure, found)
    verb, level = clause_of(anchor), 0
    while verb is not None and level < CLAUSES:
        _clause(verb, min(level, 1), anchor, found)
        verb, level = clause_of(verb), level + 1
    for token in figure.span:
        found.pop(token.i, None)
    return found


def _beside(figure: Figure, found: Relations) -> None:
    """The owner right before the figure, and the phrase right before a bracket or dash that opens before it."""
    doc, start = figure.span.doc, figure.span.start
    if start >= 2 and doc[start - 1].dep_ == "case" and doc[start - 1].tag_ == "POS":
        found[doc[start - 2].i].add("owner")
    if start >= 1 and doc[start - 1].lower_ in {"our", "its", "their", "my", "his", "her", "your"}:
        found[start - 1].add("owner")
    for token in reversed(doc[max(0, start - 6) : start]):
        if token.text in {"(", "–", "—", ":"} and token.i > 0:
            found[token.i - 1].add("bracketed")
            break


def _above(anchor: Token, figure: Figure, found: Relations) -> None:
    """What the figure modifies, and the nouns that it hangs on."""
    inside = range(figure.span.start, figure.span.end)
    below, head = anchor, anchor.head
    step = 0
    while head.i != below.i and head.pos_ not in VERBS and step < 3:
        if head.pos_ in NOUNS | {"PRON"} and head.i not in inside:
            found[head.i].add(f"above{min(step, 1)}-{_link(below)}")
            _below(head, "beside", found, but=below)
            step += 1
        below, head = head, head.head


def _link(below: Token) -> str:
    """How a noun or preposition hangs on the noun above it."""
    if below.dep_ in {"compound", "amod", "nmod", "nummod", "quantmod"}:
        return "modified"
    if below.dep_ == "prep":
        return _preposition(below)
    return below.dep_ if below.dep_ in {"appos", "conj", "poss"} else "other"


def _preposition(token: Token) -> str:
    return token.lower_ if token.lower_ in PREPOSITIONS else "prep"


def _below(noun: Token, name: str, found: Relations, but: Token | None = None) -> None:
    for child in noun.children:
        if but is not None and child.i == but.i:
            continue
        if child.dep_ == "poss":
            found[child.i].add(f"{name}-poss")
        elif child.dep_ == "prep":
            for inner in _objects(child):
                found[inner.i].add(f"{name}-{_preposition(child)}")
        elif child.dep_ in {"appos", "conj"}:
            found[child.i].add(f"{name}-{child.dep_}")
        elif child.dep_ in {"acl", "relcl"}:
            _modifying(child, name, found)


def _modifying(verb: Token, name: str, found: Relations) -> None:
    """The phrases of a clause that says more of a noun: ``implemented by 45 agencies``."""
    for child in verb.children:
        if child.dep_ in OBJECTS:
            found[child.i].add(f"{name}-acl-object")
        elif child.dep_ in SUBJECTS and child.lower_ not in RELATIVES:
            found[child.i].add(f"{name}-acl-subject")
        elif child.dep_ in {"prep", "agent"}:
            for inner in _objects(child):
                found[inner.i].add(f"{name}-acl-{'agent' if child.dep_ == 'agent' else 'prep'}")


def _clause(verb: Token, level: int, anchor: Token, found: Relations) -> None:
    if level and reports(verb, anchor):
        for child in verb.children:
            if child.dep_ in SUBJECTS:
                found[child.i] = {"reporter"}
        return
    subject, how = subject_of(verb)
    if subject is not None:
        found[subject.i] |= {f"subject{level}", f"subject{level}-{how}"}
        if not level or how == "own":
            _below(subject, f"subject{level}", found)
    for child in verb.children:
        if child.dep_ in OBJECTS:
            found[child.i].add(f"{'object' if child.dep_ == 'dobj' else 'attr'}{level}")
            if not level:
                _below(child, "object", found)
        elif child.dep_ in {"prep", "agent"}:
            side = "early" if child.i < min(verb.i, anchor.i) else "late"
            for inner in _objects(child):
                found[inner.i] |= {f"{_preposition(child)}{level}", f"prep{level}-{side}"}
                if child.dep_ == "agent":
                    found[inner.i].add("agent")
                if inner.lemma_.lower() in words("roles", "times"):
                    _after_time(inner, level, found)
        elif child.dep_ in {"xcomp", "ccomp", "advcl"}:
            found[child.i].add(f"{child.dep_}{level}")
            for inner in child.children:
                if inner.dep_ == "dobj":
                    found[inner.i].add(f"{child.dep_}{level}-object")


def _after_time(time: Token, level: int, found: Relations) -> None:
    """What a parser hangs on a time though it belongs to the verb: ``invests £2 million over 3 years in roads``."""
    for child in time.children:
        if child.dep_ == "prep" and child.i > time.i:
            for inner in _objects(child):
                found[inner.i] |= {f"{_preposition(child)}{level}", f"prep{level}-late"}


def _objects(preposition: Token) -> list[Token]:
    return [child for child in preposition.children if child.dep_ in {"pobj", "pcomp"}]


def reports(verb: Token, anchor: Token) -> bool:
    """Whether *verb* reports what somebody says in a clause that holds *anchor*."""
    if verb.lemma_.lower() not in words("reporting", "verbs"):
        return False
    return any(
        child.dep_ in {"ccomp", "parataxis"} and (child.i == anchor.i or child.is_ancestor(anchor))
        for child in verb.children
    )


def subject_of(verb: Token) -> tuple[Token | None, str]:
    """The subject of *verb*, and how it is known: its own, or shared over a conjunction or a clause."""
    how = "own"
    for _ in range(5):
        for child in verb.children:
            if child.dep_ in SUBJECTS:
                if child.lower_ in RELATIVES:
                    noun = _antecedent(verb)
                    return (noun, "relative") if noun is not None else (None, "")
                return child, "passive" if child.dep_ == "nsubjpass" else how
            if child.dep_ == "expl":
                return None, ""
        if verb.dep_ == "acl" and verb.head.lemma_.lower() in words("modality", "plan_nouns"):
            above = clause_of(verb.head)  # "launched an academy with an ambition to train": who launched it
            if above is not None:
                verb, how = above, "shared"
                continue
        if verb.dep_ in {"relcl", "acl"} and verb.head.pos_ not in VERBS:
            return verb.head, "relative" if verb.dep_ == "relcl" else "participle"
        if verb.dep_ not in RAISING or verb.head.i == verb.i:
            break
        how = "shared"
        above = verb.head if verb.head.pos_ in VERBS else clause_of(verb)
        if above is None:
            break
        verb = above
    return None, ""


RAISING = {"conj", "xcomp", "advcl", "ccomp", "pcomp", "parataxis", "aux", "auxpass"}


def _antecedent(verb: Token) -> Token | None:
    for _ in range(4):
        if verb.dep_ == "relcl":
            return verb.head
        if verb.head.i == verb.i:
            return None
        verb = verb.head
    return None


def place_of(figure: Figure) -> str:
    """What the figure, with the noun that it counts, is in its clause: subject, object, modifier and so on."""
    token = figure.noun if figure.noun is not None else figure.top
    for _ in range(4):
        dep = token.dep_
        if dep in SUBJECTS:
            return "passive" if dep == "nsubjpass" else "subject"
        if dep in {"dobj", "dative"}:
            return "object"
        if dep in {"attr", "acomp", "oprd"}:
            return "exists" if any(t.dep_ == "expl" for t in token.head.children) else "attribute"
        if dep in {"npadvmod", "advmod"}:
            return "adverbial"
        if dep in {"pobj", "pcomp"}:
            return "in-noun" if token.head.head.pos_ in NOUNS | {"PRON"} else "oblique"
        if dep == "ROOT":
            return "fragment"
        if dep == "appos":
            return "apposition"
        if dep not in {"compound", "nmod", "amod", "nummod", "quantmod", "conj", "poss"} or token.head.i == token.i:
            return "other"
        token = token.head
    return "other"
