"""What two claims about the same measure of the same subject are to each other."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.compare.figures import Figure
from pipeline.compare.likeness import SURE, bare, likeness
from pipeline.compare.times import Order, order
from pipeline.compare.values import Fit, fit
from pipeline.records import Bound, FindingKind, Kind

REPEATED = 0.7  # sentences that share as many of their words say the same thing
SUPPORTED = 0.2  # and these at least speak of the same
MOVED = 0.08  # by how much two rough figures must differ to be news
FAR = 30
SHARES = (Kind.PERCENT, Kind.RATIO)
SMALL = 12  # counts up to here are equal by chance
SMALL_SUPPORTED = 0.35  # unless their sentences are as alike


@dataclass(frozen=True, slots=True)
class Relation:
    """How two claims stand to each other, by which rule, and how sure that is."""

    kind: FindingKind
    rule: str
    confidence: float


def relation(one: Figure, other: Figure) -> Relation | None:
    """How *other*, which stands later in the thread, relates to *one*; ``None`` where it is better to say nothing."""
    same_post = one.post == other.post
    same_sentence = same_post and one.sentence_start == other.sentence_start
    if one.planned == other.planned:
        when = order(one.time, other.time, same_post=same_post)
    else:
        plan, deed = (one, other) if one.planned else (other, one)
        when = order(plan.said_at, deed.time, same_post=same_post)
    values = fit(one.value, other.value)
    if same_sentence:
        moved = when is Order.LATER and values in (Fit.CLASH, Fit.APART) and one.planned == other.planned
        return Relation(FindingKind.UPDATE, "later-value", 0.8) if moved else None
    copied = one.post == other.copy_of or other.post == one.copy_of
    if values is Fit.EQUAL and one.planned == other.planned and copied:
        return Relation(FindingKind.DUPLICATE, "syndicated", 0.95)
    close, alike = alike_sentences(one, other), likeness(one.topic, other.topic)
    if close < support(one, other, values):
        return None
    sure = min(0.95, 0.5 + 0.3 * alike + 0.3 * close)
    if values is Fit.EQUAL and one.planned == other.planned:
        repeated = same_post or close >= REPEATED
        return Relation(*((FindingKind.DUPLICATE, "repeated") if repeated else (FindingKind.AGREEMENT, "equal")), sure)
    if one.planned and not other.planned and when is Order.LATER:
        return Relation(FindingKind.UPDATE, "plan-and-outcome", sure - 0.1)
    if one.planned != other.planned:
        return None
    if values in (Fit.EQUAL, Fit.AGREE) and not (when is Order.LATER and grown(one, other)):
        return Relation(FindingKind.AGREEMENT, "compatible", sure - 0.05)
    if close < SUPPORTED and far_apart(one, other):
        return None
    if one.topic.added and when is not Order.SAME:
        return None  # "7 other nations", then "70 other countries": each is added to a total of its own
    if when is Order.LATER:
        return Relation(FindingKind.UPDATE, "later-value", sure - 0.05)
    clear = close >= SUPPORTED and (alike >= SURE or close >= REPEATED) and not one.carried and not other.carried
    if when is Order.SAME and values is Fit.CLASH and clear:
        return Relation(FindingKind.CONTRADICTION, "same-time", sure - 0.1)
    if when is Order.UNKNOWN and values is Fit.CLASH and (one.time is None) != (other.time is None):
        return Relation(FindingKind.UPDATE, "undated", sure - 0.25)
    return None


def grown(one: Figure, other: Figure) -> bool:
    """Whether two rough figures, which may both hold, are so far apart that the later one is news."""
    rough = {one.bound, other.bound} <= {Bound.ABOUT, Bound.AT_LEAST, Bound.AT_MOST}
    low, high = sorted((abs(one.value.stated), abs(other.value.stated)))
    return rough and high - low > MOVED * high


def far_apart(one: Figure, other: Figure) -> bool:
    """Whether one is so many times the other that they are hardly the same thing at two times."""
    low, high = sorted((abs(one.value.stated), abs(other.value.stated)))
    return high > FAR * low


def support(one: Figure, other: Figure, values: Fit) -> float:
    """How alike the two sentences must be: where names and words are few, and numbers small, they must help."""
    mine, theirs = one.topic, other.topic
    if one.kind is Kind.COUNT and max(one.stated, other.stated) <= SMALL:
        return SMALL_SUPPORTED
    if values is not Fit.EQUAL and bare(mine, theirs) and mine.places & theirs.places and one.post == other.post:
        return SMALL_SUPPORTED
    if values is Fit.EQUAL and mine.firm & theirs.firm and one.kind is not Kind.DURATION:
        return 0.0
    unmeasured = not mine.measure & theirs.measure
    if one.kind is Kind.DURATION and unmeasured:
        return SUPPORTED
    if values is not Fit.EQUAL and (one.kind in SHARES or (unmeasured and (mine.ours or theirs.ours))):
        return SUPPORTED
    return SUPPORTED if bare(mine, theirs) else 0.0


def alike_sentences(one: Figure, other: Figure) -> float:
    """What share of their words the two sentences have in common."""
    mine, theirs = one.words, other.words
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0
