"""From a post's text to its claims and entities; the package itself can be called: ``pipeline.extract(text)``."""

from __future__ import annotations

import sys
from datetime import date as Date  # noqa: N812 - the argument is called date
from types import ModuleType

from pipeline.records import Extraction


class _Extract(ModuleType):
    """A module that is also the function it is named for."""

    def __call__(
        self,
        text: str,
        *,
        date: Date | str | None = None,
        country: str | None = None,
        publisher: str | None = None,
        title: str | None = None,
        id: str | None = None,  # noqa: A002
    ) -> Extraction:
        """The claims, entities and passages of *text*; what is known of its post helps to understand it.

        The model is loaded at the first call and kept. Without an *id* the claims' ids hang on the text.
        """
        from pipeline.extract.extractor import default_extractor
        from pipeline.extract.known import post_of

        known = {"id": id, "date": date, "country": country, "publisher": publisher, "title": title}
        return default_extractor().extract(post_of(text, known))


sys.modules[__name__].__class__ = _Extract
