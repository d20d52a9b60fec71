"""The dictionary of the outputs: every table and column, its type and meaning. All formats are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from pipeline.records import Bound, FindingKind, Kind, Label, Modality, Verdict

SCHEMA_VERSION = "1"  # grows when a column changes its meaning or goes; a new column leaves it


class Type(StrEnum):
    """What sort of value a column holds."""

    TEXT = "text"  # somebody's words: the only type that a spreadsheet could take for a formula
    CODE = "code"  # an identifier, an address or a word from a list, made by this program
    NUMBER = "number"  # exact decimal
    REAL = "real"  # a score, as a float
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"  # ISO 8601 with time zone
    LIST = "list"  # texts
    OBJECT = "object"  # JSON text


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: what it is called, what it holds, in what unit, and whether it may be empty."""

    name: str
    type: Type
    description: str
    unit: str | None = None
    enum: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: its columns in order, its key, and the columns that point at another table's key."""

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    points: tuple[tuple[str, str, str], ...] = ()  # column, table, its column

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def objects(self) -> tuple[str, ...]:
        """The names of the columns that hold JSON text."""
        return tuple(column.name for column in self.columns if column.type is Type.OBJECT)


def _col(
    name: str,
    type_: str,
    description: str,
    *,
    unit: str | None = None,
    enum: type[StrEnum] | tuple[str, ...] = (),
    required: bool = False,
) -> Column:
    values = enum if isinstance(enum, tuple) else tuple(str(member.value) for member in enum)
    return Column(name=name, type=Type(type_), description=description, unit=unit, enum=values, required=required)


CODE_POINTS = "Unicode code points from the start of the post's text"
STATUSES = ("proposed", "accepted", "corrected", "rejected", "flagged", "disputed", "added", "stale")
OUT = frozenset({"rejected", "stale"})  # claims that are in the tables, but in no count, plot or document
LINK = "The post's address with a text fragment, which a browser scrolls to and marks."

POSTS = Table(
    name="posts",
    title="Posts",
    description="One row for each post that was read.",
    key=("id",),
    columns=(
        _col("id", "code", "Permanent identifier of the post, from its canonical address.", required=True),
        _col("revision", "code", "Digest of the text that was read; offsets refer to it.", required=True),
        _col("title", "text", "Title as published."),
        _col("url", "text", "Address of the post as published."),
        _col("authors", "list", "Authors, in the order given."),
        _col("date", "date", "Day of publication."),
        _col("publisher", "text", "Who published the post."),
        _col("country", "text", "Country of the publisher.", unit="ISO 3166-1 alpha-2"),
        _col("language", "text", "Language of the text.", unit="BCP 47"),
        _col("path", "text", "Where the post lies in the corpus."),
        _col("state", "code", "Whether the post is still in the corpus.", enum=("live", "gone"), required=True),
        _col("duplicate_of", "code", "The post that says the same and was read first, if any."),
        _col("claims", "integer", "Claims found in the post.", unit="claims", required=True),
        _col("extractor", "code", "Name and version of what found the claims."),
    ),
)

CLAIMS = Table(
    name="claims",
    title="Claims",
    description="One row for each figure that a post states, with the words it rests on. Corrections are in force.",
    key=("id",),
    points=(("post", "posts", "id"),),
    columns=(
        _col("id", "code", "Permanent identifier of the claim; the review screen shows the same.", required=True),
        _col("status", "code", "Where the claim stands in its review.", enum=STATUSES, required=True),
        _col("sentence", "text", "The sentence that states the figure, as published.", required=True),
        _col("quote", "text", "The words of the figure, as published.", required=True),
        _col("kind", "code", "What sort of quantity it is.", enum=Kind, required=True),
        _col("value", "number", "The figure, fully scaled; the lower end of a range.", unit="see column unit"),
        _col("value_max", "number", "The upper end of a range.", unit="see column unit"),
        _col("unit", "text", "ISO 4217 code, percent, ratio, rank, the counted noun, or a unit of time or measure."),
        _col("bound", "code", "How the figure limits the true one.", enum=Bound, required=True),
        _col("subject", "text", "Whose figure it is."),
        _col("measure", "text", "What the figure measures."),
        _col("predicate", "text", "What is said to be done with it."),
        _col("when", "text", "When it holds.", unit="ISO 8601 date or interval"),
        _col("period", "text", "How long it holds.", unit="ISO 8601 duration"),
        _col("modality", "code", "Whether it holds, is planned, hangs on something, or does not hold.", enum=Modality),
        _col("attributed_to", "text", "Who says so, where the post cites somebody."),
        _col("themes", "list", "Slugs of the themes of the passage it stands in."),
        _col("confidence", "real", "How likely the figure was read rightly.", unit="probability, 0 to 1"),
        _col("flags", "list", "What is odd about it."),
        _col("currency_evidence", "text", "What decided the currency of a bare sign."),
        _col("currency_candidates", "list", "Currencies that a bare sign may mean, the likeliest first."),
        _col(
            "converted_value",
            "number",
            "The sum in the currency asked for, on the post's date; never instead of value.",
        ),
        _col("converted_max", "number", "The upper end of a range, likewise.", unit="see column converted_currency"),
        _col("converted_currency", "code", "The currency asked for.", unit="ISO 4217"),
        _col("rate", "number", "Units of converted_currency for one unit of the original."),
        _col("rate_date", "date", "The day of the reference rate: the post's, or the last before it."),
        _col("rate_source", "text", "Whose reference rate it is; or why there is none."),
        _col("reviewers", "list", "Who decided on it, in order of first decision."),
        _col("findings", "list", "Identifiers of the comparisons and doubts that it is part of."),
        _col("post", "code", "The post that states it.", required=True),
        _col("title", "text", "The post's title."),
        _col("publisher", "text", "The post's publisher."),
        _col("country", "text", "The publisher's country.", unit="ISO 3166-1 alpha-2"),
        _col("date", "date", "The post's day of publication."),
        _col("copy_of", "code", "The post that the post repeats, if it is a copy; leave such rows out when you count."),
        _col("link", "code", LINK),
        _col("revision", "code", "Digest of the text that the offsets refer to.", required=True),
        _col("passage", "integer", "Number of the paragraph, from 0."),
        _col("start", "integer", "Where the quote begins.", unit=CODE_POINTS, required=True),
        _col("end", "integer", "Where the quote ends: the first code point after it.", unit=CODE_POINTS, required=True),
        _col("sentence_start", "integer", "Where the sentence begins.", unit=CODE_POINTS, required=True),
        _col("spans", "object", "Where the words of single fields stand: field to [start, end].", unit=CODE_POINTS),
        _col("found", "object", "What the extractor had found, for the fields that a reviewer corrected."),
        _col("extractor", "code", "Name and version of what found it."),
    ),
)

ENTITIES = Table(
    name="entities",
    title="Mentions of named things",
    description="One row for each mention of a person, body, place, event, programme, product or work.",
    key=("post", "start", "end", "label"),
    points=(("post", "posts", "id"),),
    columns=(
        _col("post", "code", "The post that mentions it.", required=True),
        _col("start", "integer", "Where the mention begins.", unit=CODE_POINTS, required=True),
        _col("end", "integer", "Where it ends: the first code point after it.", unit=CODE_POINTS, required=True),
        _col("quote", "text", "The words of the mention.", required=True),
        _col("label", "code", "What sort of thing it is.", enum=Label, required=True),
        _col("canonical", "text", "The name by which all mentions of the thing are known."),
        _col("ref", "text", "Identifier of the thing: a gazetteer row, a country code, or the post's own name."),
        _col("iso", "text", "Code of the place, or of the body's place.", unit="ISO 3166"),
        _col("model", "code", "What found it."),
    ),
)

NAMES = Table(
    name="names",
    title="Named things",
    description="One row for each named thing, under its canonical name, with how often and where it is mentioned.",
    key=("name", "label"),
    columns=(
        _col("name", "text", "Canonical name, or the words themselves where none is known.", required=True),
        _col("label", "code", "What sort of thing it is.", enum=Label, required=True),
        _col("iso", "text", "Code of the place, or of the body's place.", unit="ISO 3166"),
        _col("mentions", "integer", "Mentions in all posts.", unit="mentions", required=True),
        _col("posts", "integer", "Posts that mention it.", unit="posts", required=True),
        _col("first", "date", "Day of the earliest post that mentions it."),
        _col("last", "date", "Day of the latest post that mentions it."),
    ),
)

THEMES = Table(
    name="themes",
    title="Themes",
    description="One row for each theme, with its permanent slug and number.",
    key=("slug",),
    columns=(
        _col("slug", "code", "Permanent name of the theme.", required=True),
        _col("number", "integer", "Permanent number of the theme.", required=True),
        _col("name", "text", "Name for people.", required=True),
        _col("description", "text", "What belongs to it."),
        _col("keywords", "list", "Words that are typical of it."),
        _col("origin", "code", "Set by people (guided) or found in the posts (discovered).", required=True),
        _col("passages", "integer", "Paragraphs that belong to it.", unit="paragraphs", required=True),
        _col("posts", "integer", "Posts with such a paragraph.", unit="posts", required=True),
        _col("claims", "integer", "Claims in such paragraphs.", unit="claims", required=True),
    ),
)

THEME_PASSAGES = Table(
    name="theme_passages",
    title="Paragraphs of themes",
    description="One row for each paragraph that belongs to a theme.",
    key=("post", "passage", "theme"),
    points=(("post", "posts", "id"), ("theme", "themes", "slug")),
    columns=(
        _col("post", "code", "The post.", required=True),
        _col("passage", "integer", "Number of the paragraph, from 0.", required=True),
        _col("theme", "code", "Slug of the theme.", required=True),
        _col("score", "real", "How strongly it belongs.", unit="0 to 1", required=True),
        _col("reason", "text", "Why, in words."),
    ),
)

THEME_YEARS = Table(
    name="theme_years",
    title="Themes by year",
    description="One row for each theme and year of publication; undated posts are left out.",
    key=("theme", "year"),
    points=(("theme", "themes", "slug"),),
    columns=(
        _col("theme", "code", "Slug of the theme.", required=True),
        _col("year", "integer", "Year of publication.", unit="year", required=True),
        _col("passages", "integer", "Paragraphs of the theme.", unit="paragraphs", required=True),
        _col("posts", "integer", "Posts with such a paragraph.", unit="posts", required=True),
        _col("claims", "integer", "Claims in such paragraphs.", unit="claims", required=True),
        _col("share", "real", "Share of the year's posts that have such a paragraph.", unit="0 to 1", required=True),
    ),
)

FINDINGS = Table(
    name="findings",
    title="Comparisons and doubts",
    description="One row for each comparison of claims, or doubt about one, with its reason in words.",
    key=("id",),
    columns=(
        _col("id", "code", "Identifier of the finding.", required=True),
        _col("kind", "code", "What it came to.", enum=FindingKind, required=True),
        _col("rule", "code", "What made it.", required=True),
        _col("claims", "list", "Identifiers of the claims, the earliest first.", required=True),
        _col("reason", "text", "The reason in words.", required=True),
        _col("confidence", "real", "How likely it is right.", unit="probability, 0 to 1", required=True),
    ),
)

DECISIONS = Table(
    name="decisions",
    title="Decisions",
    description="One row for each decision of a reviewer, in the order they were made. None is ever changed.",
    key=("id",),
    columns=(
        _col("id", "code", "Identifier of the decision.", required=True),
        _col("target", "code", "The claim, entity, passage or post that it is about.", required=True),
        _col("target_kind", "code", "Which of these it is.", required=True),
        _col("verdict", "code", "What was decided.", enum=Verdict, required=True),
        _col("reviewer", "text", "Who decided.", required=True),
        _col("at", "moment", "When it was decided, in UTC.", required=True),
        _col("reason", "text", "Why, from a list."),
        _col("note", "text", "Why, in the reviewer's words."),
        _col("changes", "object", "Corrected fields and their new values."),
        _col("post", "code", "The post that was on the screen.", required=True),
        _col("revision", "code", "The revision of the post that was on the screen.", required=True),
        _col("seen", "code", "Digest of the record as it was shown.", required=True),
    ),
)

ALL = (POSTS, CLAIMS, ENTITIES, NAMES, THEMES, THEME_PASSAGES, THEME_YEARS, FINDINGS, DECISIONS)
TABLES = MappingProxyType({table.name: table for table in ALL})
