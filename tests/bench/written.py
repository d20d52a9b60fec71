"""Corpora of posts written here, as large as asked for: own sentences about meetings, money, people and services.

Names, figures and wording vary from post to post; about every third sentence holds a figure. The post of a number is
always the same, whatever the corpus's size.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

SYLLABLES = (
    "bar",
    "col",
    "den",
    "fen",
    "gar",
    "hol",
    "kes",
    "lun",
    "mar",
    "nor",
    "pel",
    "ros",
    "sol",
    "tav",
    "ul",
    "ver",
)
ENDINGS = ("ia", "land", "ton", "stad", "mere", "burg", "port", "dale")
BODIES = ("Ministry of {}", "{} Digital Service", "{} City Council", "Office for {}", "{} Data Agency", "{} Lab")
TOPICS = ("Health", "Transport", "Education", "Justice", "Energy", "Housing", "Water", "Taxes", "Forests", "Trade")
PLACES = ("Lisbon", "Nairobi", "Tallinn", "Ottawa", "Seoul", "Bogotá", "Accra", "Canberra", "Dublin", "Jakarta")
THINGS = ("teams", "services", "schools", "offices", "permits", "datasets", "volunteers", "clinics", "towns", "nurses")
WORKS = ("trained", "connected", "opened", "funded", "moved online", "tested", "translated", "mapped", "rebuilt")
COUNTRIES = ("AU", "GB", "CA", "US", "IN", "NZ", "KE", "EE", "IE", "GH")

WHO = (
    "The designers", "Two people from {place}", "The {body}", "A nurse", "Those who answer the telephones", "Lawyers",
    "Somebody from the archive", "The youngest team", "An engineer of the {body}", "Most of the guests", "The minister",
    "A teacher from {place}", "The volunteers", "The people at the counter", "One of the founders", "The auditors",
)  # fmt: skip
DID = (
    "walked through", "wrote down", "took apart", "drew", "tried out", "complained about", "rewrote", "explained",
    "measured", "translated", "photographed", "defended", "gave up", "read aloud", "compared", "repaired",
)  # fmt: skip
WHAT = (
    "the old form", "a letter that nobody understands", "the register of boats", "the queue in the hall",
    "their first prototype", "the contract with the supplier", "a map of the harbour", "the rules for small grants",
    "what the neighbours had built", "the page on benefits", "a box of paper files", "the training for clerks",
    "the way in which permits are renewed", "the notes of the spring meeting", "an open library of code", "the budget",
)  # fmt: skip
HOW = (
    "before anyone had coffee", "with pencils and tape", "as if it were new", "in front of the whole room",
    "while the rain went on", "for the sake of the next team", "without any slides", "because a citizen had asked",
    "until everybody could follow", "on a borrowed laptop", "with the help of {place}", "after a long silence",
    "so that others can use it", "against the advice of the vendor", "in plain words", "and laughed about it",
)  # fmt: skip
FIGURES: tuple[Callable[[Random], str], ...] = (
    lambda r: (
        f"The {{body}} {r.choice(WORKS)} {r.randrange(12, 9000):,} {r.choice(THINGS)} in {r.randrange(2012, 2025)}."
    ),
    lambda r: (
        f"It set aside ${r.randrange(2, 90)}.{r.randrange(1, 9)} million for the work over {r.randrange(2, 6)} years."
    ),
    lambda r: f"About {r.randrange(11, 97)}% of the {r.choice(THINGS)} were reached before the summer.",
    lambda r: (
        f"More than {r.randrange(20, 400)} {r.choice(THINGS)} from {r.randrange(4, 40)} countries met in {{place}}."
    ),
    lambda r: f"The waiting time fell from {r.randrange(30, 90)} days to {r.randrange(3, 25)} days.",
    lambda r: f"One in {r.choice(('three', 'four', 'five', 'eight'))} people gave up before the last page.",
    lambda r: f"Between {r.randrange(100, 400)} and {r.randrange(500, 900)} {r.choice(THINGS)} will join it next year.",
    lambda r: f"According to the {{body}}, each visit costs €{r.randrange(2, 60)} less than a letter.",
    lambda r: (
        f"It was the {r.choice(('second', 'third', 'fifth', 'seventh'))} meeting of its kind, with "
        f"{r.randrange(40, 900)} guests."
    ),
)


def name(number: int) -> str:
    """An invented place, another one for each number."""
    parts = [SYLLABLES[number % 16]]
    while number >= 16:
        number //= 16
        parts.append(SYLLABLES[number % 16])
    return "".join(parts).title() + ENDINGS[sum(map(ord, parts[0])) % 8]


def plain(random: Random) -> str:
    """A sentence without a figure, one of some 65,000 but for its names."""
    return " ".join(random.choice(part) for part in (WHO, DID, WHAT, HOW)) + "."


def text_of(number: int, *, paragraphs: int = 5) -> str:
    """The text of the post of that number: some fifty words a paragraph."""
    random = Random(number)
    own = random.choice(BODIES).format(random.choice([name(random.randrange(3000)), random.choice(TOPICS)]))
    made = []
    for _ in range(paragraphs):
        sentences = []
        for _ in range(random.randrange(3, 6)):
            line = random.choice(FIGURES)(random) if random.random() < 0.34 else plain(random)
            sentences.append(line.format(body=own, place=random.choice(PLACES)))
        made.append(" ".join(sentences))
    return "\n\n".join(made)


def write_corpus(folder: Path, size: int, *, first: int = 0, paragraphs: int = 5) -> Path:
    """Write so many posts into *folder*, a thousand a subfolder, from the post numbered *first* on."""
    for number in range(first, first + size):
        place = folder / f"{number // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        day = date(2012, 1, 1) + timedelta(days=number * 37 % 4700)
        head = (
            f"---\ntitle: Notes of meeting {number}\nurl: https://example.org/{number}\nauthors: [Ada Example]\n"
            f"date: {day}\npublisher: {name(number % 40)} Board\ncountry: {COUNTRIES[number % 10]}\n---\n\n"
        )
        (place / f"{number:06}.md").write_text(head + text_of(number, paragraphs=paragraphs) + "\n", "utf-8")
    return folder
