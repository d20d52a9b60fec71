"""What is known about themes between two runs: plain data, versioned, that any ledger can keep."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from pipeline.errors import PipelineError
from pipeline.records import Assignment, Theme

VERSION = 1
PINNED = "pinned by a reviewer"


class ThemeStateError(PipelineError):
    """A stored state of the themes cannot be used."""


class Status(StrEnum):
    """What a theme is to the runs to come; a number or slug is never used again, whatever the status."""

    ACTIVE = "active"
    CANDIDATE = "candidate"  # found by the program, not yet accepted by a person
    MERGED = "merged"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """One theme with all that later runs need; slug and number are for ever."""

    slug: str
    number: int
    name: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    origin: str = "guided"  # or "discovered"
    status: Status = Status.ACTIVE
    named_by_user: bool = False
    added_by_user: bool = False
    merged_into: str | None = None
    born: int = 0  # the run that first had it
    center: tuple[float, ...] = ()  # where a discovered theme lies among the vectors
    cut: float = 0.0  # how like its center a passage must be

    @property
    def theme(self) -> Theme:
        """The theme as the other rooms know it."""
        return Theme(
            slug=self.slug,
            number=self.number,
            name=self.name,
            description=self.description,
            keywords=self.keywords,
            origin=self.origin,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostThemes:
    """The themes of one post as last judged; `unthemed` says why each other passage has none."""

    digest: str  # of the post's text and title
    assignments: tuple[Assignment, ...] = ()
    suggested: tuple[Assignment, ...] = ()  # places in candidates, which no person has accepted yet
    unthemed: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A person's word on the themes of one passage: no run ever changes it."""

    post: str
    passage: int
    themes: tuple[str, ...]
    text: str | None = None  # digest of the passage's text, by which it is found again when the post is edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A passage that fits no guided theme, kept with its vector until enough others are like it."""

    post: str
    passage: int
    text: str  # its beginning, for the names of themes to come
    vector: bytes  # half floats, little end first


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeState:
    """All themes that ever were, and each post's place in them."""

    version: int = VERSION
    run: int = 0
    fingerprint: str = ""  # of the guided themes, what was taught, and the encoder
    themes: tuple[ThemeRow, ...] = ()
    posts: Mapping[str, PostThemes] = field(default_factory=dict)
    strays: tuple[Stray, ...] = ()
    sought: int = 0  # strays among which themes were last looked for
    pins: tuple[Pin, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "posts", MappingProxyType(dict(self.posts)))

    def __reduce__(self) -> tuple[Any, ...]:
        return state_from_json, (state_to_json(self),)

    def row(self, slug: str) -> ThemeRow:
        """The theme called *slug*."""
        found = next((row for row in self.themes if row.slug == slug), None)
        if found is None:
            known = ", ".join(row.slug for row in self.themes if row.status in (Status.ACTIVE, Status.CANDIDATE))
            raise ThemeStateError(f"no theme is called {slug!r}", f"there are {known or 'none'}")
        return found

    def with_row(self, row: ThemeRow) -> ThemeState:
        """The state in which *row* stands for the theme of its slug."""
        return replace(self, themes=tuple(row if old.slug == row.slug else old for old in self.themes))

    def follow(self, slug: str) -> str | None:
        """The theme that *slug* has become: itself, what it was merged into, or none where it was retired."""
        seen = set()
        row = self.row(slug)
        while row.status is Status.MERGED and row.merged_into is not None and row.slug not in seen:
            seen.add(row.slug)
            row = self.row(row.merged_into)
        return None if row.status is Status.RETIRED else row.slug


def state_to_json(state: ThemeState) -> str:
    """*state* as one JSON text, the same for the same state."""
    return json.dumps(asdict_plain(state), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def asdict_plain(state: ThemeState) -> dict[str, Any]:
    """*state* as dictionaries, lists and scalars."""
    return {
        "version": state.version,
        "run": state.run,
        "fingerprint": state.fingerprint,
        "themes": [asdict(row) for row in state.themes],
        "posts": {post: asdict(themes) for post, themes in state.posts.items()},
        "strays": [asdict(stray) | {"vector": b64encode(stray.vector).decode("ascii")} for stray in state.strays],
        "sought": state.sought,
        "pins": [asdict(pin) for pin in state.pins],
    }


def state_from_json(text: str) -> ThemeState:
    """The state that `state_to_json` wrote."""
    try:
        content = json.loads(text)
        if content["version"] != VERSION:
            raise ThemeStateError(
                f"themes of version {content['version']} cannot be read", "themes must be fitted anew"
            )
        rows = tuple(
            ThemeRow(
                **row
                | {
                    "keywords": tuple(row["keywords"]),
                    "center": tuple(row["center"]),
                    "status": Status(row["status"]),
                }
            )
            for row in content["themes"]
        )
        posts = {
            post: PostThemes(
                digest=themes["digest"],
                assignments=tuple(Assignment(**row) for row in themes["assignments"]),
                suggested=tuple(Assignment(**row) for row in themes["suggested"]),
                unthemed=tuple((int(passage), reason) for passage, reason in themes["unthemed"]),
            )
            for post, themes in content["posts"].items()
        }
        return ThemeState(
            run=content["run"],
            fingerprint=content["fingerprint"],
            themes=rows,
            posts=posts,
            strays=tuple(Stray(**row | {"vector": b64decode(row["vector"])}) for row in content["strays"]),
            sought=content["sought"],
            pins=tuple(Pin(**row | {"themes": tuple(row["themes"])}) for row in content["pins"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ThemeStateError("the stored themes cannot be read", str(error)) from error
