"""What a site asks of programs in its robots.txt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protego import Protego

MOST_BYTES = 512 * 1024
MOST_LINES = 5_000
LONGEST_DELAY = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A site's rules; without rules, everything is allowed."""

    rules: Protego | None = None

    def allows(self, url: str, agent: str) -> bool:
        """Whether *agent* may fetch *url*."""
        return self.rules is None or bool(self.rules.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """The seconds that the site asks for between two requests, at most a minute."""
        asked = self.rules.crawl_delay(agent) if self.rules else None
        return min(float(asked), LONGEST_DELAY) if asked and asked > 0 else 0.0

    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that the site names."""
        return tuple(self.rules.sitemaps)[:20] if self.rules else ()


def read_robots(body: bytes) -> Robots:
    """The rules in *body*; a page of HTML in its place means none.

    >>> read_robots(b"User-agent: *\\nDisallow: /private").allows("https://a.org/private/x", "us")
    False
    >>> read_robots(b"<!doctype html><p>Not found").allows("https://a.org/private/x", "us")
    True
    """
    from protego import Protego

    text = body[:MOST_BYTES].decode("utf-8-sig", "replace").replace("\0", "")
    if text.lstrip()[:1] == "<":
        return Robots()
    lines = [line[:2_000] for line in text.splitlines()[:MOST_LINES]]
    lines = [line for line in lines if line.count("*") <= 10]  # a rule with more is there to cost time
    return Robots(rules=Protego.parse("\n".join(lines)))
