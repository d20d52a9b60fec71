"""The tables as Parquet: decimals that add up, real dates, and the dictionary in the file's own metadata."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Context, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.publish.columns import SCHEMA_VERSION, Table, Type
from pipeline.publish.figures import digits
from pipeline.publish.formats import BY_PART, Writer
from pipeline.publish.parts import Before, Part
from pipeline.publish.rows import Row

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

DIGITS, SCALE = 38, 9
LIMIT, STEP = Decimal(10) ** (DIGITS - SCALE), Decimal(1).scaleb(-SCALE)
WIDE = Context(prec=2 * DIGITS)
GROUP = 20_000  # rows in a row group
EXACT = "_text"  # a figure that does not fit a 128-bit decimal is exact in the column with this ending


def fits(value: Decimal) -> bool:
    """Whether *value* is exact with 29 digits before the point and 9 behind it.

    >>> fits(Decimal("1.6e9")), fits(Decimal("0.0000000001")), fits(Decimal(10) ** 29)
    (True, False, False)
    >>> fits(Decimal("12345678901234567890123456789.1234567890"))
    True
    """
    if not abs(value) < LIMIT:
        return False
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and (exponent >= -SCALE or value == value.quantize(STEP, context=WIDE))


class ParquetFiles(Writer):
    """One Parquet file a table. The same rows give the same bytes with the same version of the library."""

    files = tuple(f"{name}.parquet" for name in sorted(BY_PART))

    def __init__(self, folder: Path, before: Before) -> None:
        self.folder, self.before = folder, before
        self.heads: dict[str, int] = {}
        self.waiting: list[Any] = []  # tables and row batches
        self._aside = ThreadPoolExecutor(1)  # packing a group takes as long as making its rows; the library lets go
        self._packing: Future[None] | None = None  # one at most, so that two groups at most are held

    def begin(self, table: Table) -> None:
        """Open the table's file with its schema."""
        import pyarrow.parquet as pq  # type: ignore[import-untyped]

        self.table = table
        self.name = f"{table.name}.parquet"
        self.schema = arrow_schema(table)
        self.file = pq.ParquetWriter(self.folder / self.name, self.schema, compression="zstd", write_statistics=True)
        self.rows = 0
        self.old: OldRows | None = None
        self.taken: tuple[int, int] | None = None  # rows of the old file
        if table.name in BY_PART:
            self.heads[self.name] = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Write *rows*, a row group at a time."""
        import pyarrow as pa

        self._take()
        self._add(pa.Table.from_batches([self._batch(rows)]))

    def reuse(self, part: Part) -> None:
        """Take the part from the old file."""
        first, last = self.before.row_places[self.table.name][part.key]
        if self.taken and self.taken[1] != first:
            self._take()
        self.taken = self.taken[0] if self.taken else first, last

    def end(self) -> None:
        """Write what waits, and close the table's file."""
        self._take()
        if self.rows:
            self._write_group(self.rows)
        self._packed()
        self.file.close()

    def _take(self) -> None:
        """Add the rows that are to come from the old file; neighbouring parts come at once."""
        if self.taken is None:
            return
        (first, last), self.taken = self.taken, None
        if self.old is None:
            self.old = OldRows(self.before.folder / self.name)
        for table in self.old.between(first, last):
            self._add(table.cast(self.schema))

    def _add(self, table: Any) -> None:
        self.waiting.append(table)
        self.rows += table.num_rows
        while self.rows >= GROUP:
            self._write_group(GROUP)

    def _write_group(self, number: int) -> None:
        """Write the first *number* of the rows that wait; groups end at the same rows however the rows came."""
        import pyarrow as pa

        table = pa.concat_tables(self.waiting)
        self._packed()
        self._packing = self._aside.submit(_pack, self.file, table.slice(0, number))
        self.rows -= number
        self.waiting = [table.slice(number)] if self.rows else []

    def _packed(self) -> None:
        """Wait for the group that is being written; raises what went wrong with it."""
        if self._packing is not None:
            packing, self._packing = self._packing, None
            packing.result()

    def _batch(self, rows: Sequence[Row]) -> Any:
        import pyarrow as pa

        arrays = []
        for column, values in zip(self.table.columns, zip(*rows, strict=True), strict=True):
            if column.type is Type.NUMBER:
                arrays += _decimals(values)
            else:
                arrays.append(pa.array(values, self.schema.field(column.name).type))
        return pa.record_batch(arrays, schema=self.schema)


def _pack(file: Any, group: Any) -> None:
    file.write_table(group.combine_chunks(), row_group_size=GROUP)


class OldRows:
    """The rows of a Parquet file, read a group at a time from the first on."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self.file = pq.ParquetFile(path, memory_map=True)
        self.group, self.begin = -1, 0
        self.table: Any = None

    def between(self, first: int, last: int) -> Iterator[Any]:
        """Yield the rows from *first* to *last*; no call may ask for rows before those of an earlier one."""
        while first < last:
            while self.table is None or first >= self.begin + self.table.num_rows:
                self.begin += self.table.num_rows if self.table is not None else 0
                self.group += 1
                self.table = self.file.read_row_group(self.group)
            end = min(last, self.begin + self.table.num_rows)
            yield self.table.slice(first - self.begin, end - first)
            first = end


def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of *table*, descriptions and units in its metadata."""
    import pyarrow as pa

    types = {
        Type.TEXT: pa.string(),
        Type.CODE: pa.string(),
        Type.NUMBER: pa.decimal128(DIGITS, SCALE),
        Type.REAL: pa.float64(),
        Type.INTEGER: pa.int64(),
        Type.BOOLEAN: pa.bool_(),
        Type.DATE: pa.date32(),
        Type.MOMENT: pa.timestamp("us", tz="UTC"),
        Type.LIST: pa.list_(pa.string()),
        Type.OBJECT: pa.string(),
    }
    fields = []
    for column in table.columns:
        about = {"description": column.description} | ({"unit": column.unit} if column.unit else {})
        fields.append(pa.field(column.name, types[column.type], nullable=not column.required, metadata=about))
        if column.type is Type.NUMBER:
            exact = {"description": f"{column.name}, exact, where it does not fit a 128-bit decimal; else empty"}
            fields.append(pa.field(column.name + EXACT, pa.string(), metadata=exact))
    about = {"schema_version": SCHEMA_VERSION, "table": table.name, "description": table.description}
    return pa.schema(fields, metadata=about)


def _decimals(values: Sequence[Decimal | None]) -> list[Any]:
    """The figures as decimals, and as text those that do not fit."""
    import pyarrow as pa

    decimals = pa.decimal128(DIGITS, SCALE)
    try:
        return [pa.array(values, decimals), pa.nulls(len(values), pa.string())]
    except pa.ArrowInvalid:  # some value has more digits
        fitting = [value if value is None or fits(value) else None for value in values]
    pairs = zip(values, fitting, strict=True)
    texts = [None if value is None or fit is not None else digits(value) for value, fit in pairs]
    return [pa.array(fitting, decimals), pa.array(texts, pa.string())]
