"""Sentences with figures, no two alike, and the furniture that sites put around them."""

# ruff: noqa: E501  (markup reads best as it stands)

from __future__ import annotations

from random import Random

OPENERS = (
    "Over the past year", "In the spring", "Since the first meeting", "At the close of the day", "For many towns",
    "Once the doors had opened", "By the second morning", "After a long pause", "Without much noise", "In our view",
)  # fmt: skip
ACTORS = (
    "the harbour council", "a team of designers", "the ministry's digital unit", "our partners in the valley",
    "the library service", "three neighbouring cities", "the archive of the coast", "a small group of clerks",
)  # fmt: skip
DEEDS = (
    "published {n} services", "trained {n} members of staff", "answered {n} letters", "spent £{m} million",
    "moved {n} records to a shared register", "brought {p}% of its forms online", "opened {n} offices",
    "cut waiting from {n} to {k} days", "welcomed {n} visitors", "wrote {n} pages of guidance",
)  # fmt: skip
ENDS = (
    "and few people noticed how much work that had been", "which nobody had thought possible at the outset",
    "although the money came late and in small parts", "so that a citizen need not say the same thing twice",
    "and the method is now open to anybody who asks", "while the old paper forms were kept for those who like them",
    "because a neighbour had written down what went wrong", "and we will tell the rest of it in another post",
)  # fmt: skip


def sentence(rng: Random) -> str:
    """One sentence with a figure or two."""
    deed = rng.choice(DEEDS).format(
        n=f"{rng.randrange(20, 90_000):,}", m=rng.randrange(2, 400) / 10, p=rng.randrange(3, 99), k=rng.randrange(2, 9)
    )
    return f"{rng.choice(OPENERS)} {rng.choice(ACTORS)} {deed}, {rng.choice(ENDS)}."


def paragraph(rng: Random, sentences: int = 3) -> str:
    """A paragraph of so many sentences."""
    return " ".join(sentence(rng) for _ in range(sentences))


def paragraphs(rng: Random, number: int, sentences: int = 3) -> list[str]:
    """So many paragraphs."""
    return [paragraph(rng, sentences) for _ in range(number)]


def menu(rng: Random, number: int = 14) -> str:
    """The links of a menu."""
    names = ("Home", "About us", "Services", "Departments", "News", "Contact", "Careers", "Events", "Topics", "Search",
             "Publications", "Statistics", "Consultations", "Transparency", "How we work", "Get involved")  # fmt: skip
    return "".join(f'<li class="menu-item menu-item-{n}"><a href="/{n}">{names[n % len(names)]}</a></li>'
                   for n in range(rng.randrange(4, number)))  # fmt: skip


def teasers(rng: Random, number: int = 4, *, tag: str = "div", name: str = "teaser") -> str:
    """Other posts that the site would like to be read, with a line of each."""
    return "".join(
        f'<{tag} class="{name}"><a href="/other/{n}"><h3>Another story of {1900 + rng.randrange(99)}</h3></a>'
        f"<time>{rng.randrange(1, 28)} May 2018</time><p>{rng.randrange(100, 999)} people liked this.</p></{tag}>"
        for n in range(number)
    )


def comments(rng: Random, number: int = 3) -> str:
    """What readers wrote below, with figures of their own."""
    return "".join(
        f'<li class="comment"><article class="comment-body"><footer class="comment-meta"><b class="fn">Reader {n}</b> '
        f'says: <a href="#c{n}"><time>{n + 1} June 2019 at 10:{n}7</time></a></footer><div class="comment-content"><p>I '
        f"was there and counted {rng.randrange(100, 999)} chairs, which is more than you say.</p></div>"
        f'<div class="reply"><a href="#r">Reply</a></div></article></li>'
        for n in range(number)
    )


COOKIES = (
    "<h2>We value your privacy</h2><p>We and our 842 partners store cookies on your device to measure audiences. You can "
    "change your choice within 13 months.</p><button>Accept all</button><button>Reject all</button>"
)
NEWSLETTER = (
    "<h3>Sign up for our newsletter</h3><p>Join 25,000 subscribers and get the best of the week each Friday.</p>"
    '<form><input type="email"><button>Subscribe</button></form>'
)
FOOTER = (
    "<p>© 1998-2024 The Office of Examples. All rights reserved. Registered in Utopia, number 4455667.</p>"
    '<ul><li><a href="/privacy">Privacy policy</a></li><li><a href="/terms">Terms of use</a></li>'
    '<li><a href="/accessibility">Accessibility statement</a></li></ul>'
)
SHARE = (
    '<ul class="share-buttons"><li><a href="https://social.example/s">Share on Chirp</a></li><li><a '
    'href="https://face.example/s">Share on Face (128)</a></li><li><a href="mailto:?">Email this page</a></li></ul>'
)
