"""The registry of doubts: rules that look at a claim, a post's claims or a thread, and say what cannot be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.naming import Named
from pipeline.compare.threads import Thread
from pipeline.records import Finding, FindingKind, digest

type ClaimRule = Callable[[ComparedClaim, Named], Doubt | None]
type PostRule = Callable[[Sequence[ComparedClaim], Named], Doubt | None]
type ThreadRule = Callable[[Thread], Doubt | None]


@dataclass(frozen=True, slots=True)
class Doubt:
    """The claims that a rule doubts, with its reason in words and how sure it is."""

    claims: tuple[str, ...]
    reason: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Rule[F]:
    """A rule by name; what it says is its function's docstring."""

    name: str
    says: str
    check: F


CLAIM_RULES: list[Rule[ClaimRule]] = []
POST_RULES: list[Rule[PostRule]] = []
THREAD_RULES: list[Rule[ThreadRule]] = []


def of_claim(check: ClaimRule) -> ClaimRule:
    """Register *check* as a rule about one claim."""
    CLAIM_RULES.append(_rule(check))
    return check


def of_post(check: PostRule) -> PostRule:
    """Register *check* as a rule about the claims of one post, in reading order."""
    POST_RULES.append(_rule(check))
    return check


def of_thread(check: ThreadRule) -> ThreadRule:
    """Register *check* as a rule about a thread."""
    THREAD_RULES.append(_rule(check))
    return check


def _rule[F: Callable[..., Doubt | None]](check: F) -> Rule[F]:
    return Rule(check.__name__.replace("_", "-"), (check.__doc__ or "").strip().splitlines()[0], check)


def doubts_of_post(claims: Sequence[ComparedClaim], named: Named) -> Iterator[Finding]:
    """Yield what is doubtful about the *claims* of one post."""
    for rule in CLAIM_RULES:
        for said in claims:
            if (doubt := rule.check(said, named)) is not None:
                yield _finding(rule.name, doubt)
    for post_rule in POST_RULES:
        if (doubt := post_rule.check(claims, named)) is not None:
            yield _finding(post_rule.name, doubt)


def doubts_of_thread(thread: Thread) -> Iterator[Finding]:
    """Yield what is doubtful about *thread*."""
    for rule in THREAD_RULES:
        if (doubt := rule.check(thread)) is not None:
            yield _finding(rule.name, doubt)


def _finding(rule: str, doubt: Doubt) -> Finding:
    return Finding(
        id=digest(str(FindingKind.DOUBT), rule, *doubt.claims),
        kind=FindingKind.DOUBT,
        rule=rule,
        claims=doubt.claims,
        reason=doubt.reason,
        confidence=doubt.confidence,
    )
