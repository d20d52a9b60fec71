"""Loading what the usual formats need before their rows are there: of a small publication it is the larger half."""

from __future__ import annotations


def load_ahead() -> None:
    """Load the libraries and compile the page; publishing does so itself where this was never called."""
    import pyarrow as pa  # type: ignore[import-untyped]

    from pipeline.publish import lookups, parquet_files, report, rows, sums, tally, text_files  # noqa: F401

    pa.array([""])  # the first array imports pandas where that is installed
    report.template()
