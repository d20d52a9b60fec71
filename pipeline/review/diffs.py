"""What changed from one wording to another, word by word, as HTML that says it by shape and by name."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from markupsafe import Markup

from pipeline.review.words import visible

TOKEN = re.compile(r"\s*(?:\w+|[^\w\s])|\s+$")


def changed_words(old: str, new: str) -> Markup:
    """*new* with what it has that *old* has not as ``<ins>``, and what it lost as ``<del>``.

    >>> str(changed_words("It will not rain.", "It will rain now."))
    'It will<del> not</del> rain<ins> now</ins>.'
    """
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    made = Markup()
    alike = SequenceMatcher(a=[t.strip() for t in before], b=[t.strip() for t in after], autojunk=False)
    for what, a, b, c, d in alike.get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        if what == "equal":
            made += visible(come)
            continue
        if gone:
            made += Markup("<del>{}</del>").format(visible(gone))
        if come:
            made += Markup("<ins>{}</ins>").format(visible(come))
    return made
