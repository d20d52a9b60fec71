"""The ledger for other programs and for notebooks: claims as plain records, or as a frame where one is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.days import iso_day
from pipeline.errors import PipelineError
from pipeline.ledger.asking import ClaimFilter, ask
from pipeline.ledger.ledger import Ledger
from pipeline.plain import asked_row, finding_row, simple


class LibraryError(PipelineError):
    """Something that a program asked for cannot be given."""


class Claims(Sequence[dict[str, Any]]):
    """Claims as plain records, each a mapping from field to value."""

    def __init__(self, rows: list[dict[str, Any]], left_out: str = "") -> None:
        self._rows = rows
        self.left_out = left_out  # the sums that could not be compared, in a sentence

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        return self._rows[place]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._rows)

    def __repr__(self) -> str:
        return f"<{len(self)} claims>"

    def to_polars(self) -> Any:
        """A polars frame with a row for each claim; raises ``LibraryError`` where polars is not installed."""
        return _library("polars").DataFrame(self._rows, infer_schema_length=None)

    def to_pandas(self) -> Any:
        """A pandas frame with a row for each claim; raises ``LibraryError`` where pandas is not installed."""
        return _library("pandas").DataFrame(self._rows)


class OpenLedger:
    """A ledger to ask. Use it as a context manager, or call ``close``."""

    def __init__(self, address: str | Path, *, models: Path | None = None) -> None:
        self._ledger, self._models = Ledger(address), models

    def claims(
        self,
        *,
        kind: str | None = None,
        unit: str | None = None,
        min: float | Decimal | str | None = None,  # noqa: A002
        max: float | Decimal | str | None = None,  # noqa: A002
        currency: str | None = None,
        subject: str | None = None,
        theme: str | None = None,
        year: int | None = None,
        status: str | None = None,
        flags: str | None = None,
        text: str | None = None,
    ) -> Claims:
        """The claims that fit all that is asked, by unit and then the largest first, with corrections in force.

        *kind*, *unit* and *status* may be several, with commas between them; *subject* is a name or any alias; *text*
        words that the sentence or the title has. With a *currency* only sums are given, each with its value in it on
        the post's day, and *min* and *max* hold for that. Raises ``FilterError`` for what cannot be understood.
        """
        from pipeline.publish.rates import convert, rate_of

        wanted = ClaimFilter(
            kind=kind,
            unit=unit,
            least=min,  # type: ignore[arg-type]  # checked and turned into decimals by ask
            most=max,  # type: ignore[arg-type]
            currency=currency,
            subject=subject,
            theme=theme,
            year=year,
            status=status,
            flag=flags,
            words=text,
        )
        answer = ask(self._ledger, wanted, aliases=self._aliases(subject), rate=rate_of)
        rows = []
        for one in answer:
            row = asked_row(one)
            if currency is not None:
                day = iso_day(one.date)
                sum_ = convert(one.claim.value, one.claim.unit, day, currency.upper(), value_max=one.claim.value_max)
                row |= {name: simple(value) for name, value in sum_.columns.items()}
            rows.append(row)
        return Claims(rows, answer.said)

    def findings(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What comparing the claims came to, each with its reason in words; of one *kind* if given."""
        return [finding_row(one) for one in self._ledger.findings() if kind in (None, str(one.kind))]

    def close(self) -> None:
        """Give back the connections."""
        self._ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _aliases(self, subject: str | None) -> Sequence[str]:
        if not subject or self._models is None:
            return ()
        from pipeline.extract.aliases import names_of

        return tuple(names_of(subject, self._models))


def open_ledger(place: str | Path = "corpus", *, models: str | Path | None = None) -> OpenLedger:
    """The ledger at *place*: a corpus folder, a SQLite file or a database URL.

    *models* is the folder with the gazetteer, which knows further names of subjects; the shipped one by default.
    Raises ``LibraryError`` where there is no ledger, and ``LedgerError`` where it cannot be read.
    """
    from pipeline.model_files.shipped import shipped_models

    address: str | Path = place
    if "://" not in str(place):
        address = Path(place)
        address = address / "ledger.db" if address.is_dir() else address
        if not address.is_file():
            raise LibraryError(address, "there is no ledger here; run `convening run` first, or name another place")
    return OpenLedger(address, models=Path(models) if models else shipped_models())


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise LibraryError(name, f"is not installed; `pip install {name}` brings it") from error
