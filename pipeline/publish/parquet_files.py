"""The tables as Parquet: decimals that add up, real dates, and the dictionary in the file's own metadata."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.publish.columns import SCHEMA_VERSION, Table, Type
from pipeline.publish.figures import digits
from pipeline.publish.formats import Writer
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

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting: list[Row] = []

    def begin(self, table: Table) -> None:
        """Open the table's file with its schema."""
        import pyarrow.parquet as pq  # type: ignore[import-untyped]

        self.table = table
        self.schema = arrow_schema(table)
        self.file = pq.ParquetWriter(
            self.folder / f"{table.name}.parquet", self.schema, compression="zstd", write_statistics=True
        )

    def write(self, rows: Sequence[Row]) -> None:
        """Write *rows*, a row group at a time."""
        self.waiting.extend(rows)
        if len(self.waiting) >= GROUP:
            self._flush()

    def end(self) -> None:
        """Write what waits, and close the table's file."""
        if self.waiting:
            self._flush()
        self.file.close()

    def _flush(self) -> None:
        import pyarrow as pa

        arrays = []
        for column, values in zip(self.table.columns, zip(*self.waiting, strict=True), strict=True):
            if column.type is Type.NUMBER:
                arrays += _decimals(values)
            else:
                arrays.append(pa.array(values, self.schema.field(column.name).type))
        self.file.write_batch(pa.record_batch(arrays, schema=self.schema), row_group_size=GROUP * 2)
        self.waiting = []


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
