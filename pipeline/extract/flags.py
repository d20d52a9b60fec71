"""The words that a claim's ``flags`` are made of: what a reviewer should look at first."""

from __future__ import annotations

FLAGS: dict[str, str] = {
    "currency": "the sign may mean several currencies, and little decides",
    "currency-unlikely": "the currency as written is unlikely for the subject",
    "no-unit": "nothing says what is counted, or which currency is meant",
    "no-subject": "the post does not say whose figure it is, or not nearby",
    "vague-subject": "the subject is a pronoun",
    "far-subject": "the subject was carried over from another sentence",
    "elided-unit": "the counted noun was left out and taken from an earlier figure",
    "bound": "words before and after the figure say different bounds",
    "fragment": "the words around the figure form no sentence",
    "mixed-script": "digits or letters of several scripts stand in the figure",
}
