"""What describes the files: a Data Package for the CSV files, and a JSON Schema for each JSON Lines file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.publish import columns
from pipeline.publish.columns import SCHEMA_VERSION, Column, Table, Type
from pipeline.publish.formats import Edition, Writer
from pipeline.publish.text_files import LIST_MARK

FIELD_TYPES = {
    Type.TEXT: "string",
    Type.CODE: "string",
    Type.NUMBER: "number",
    Type.REAL: "number",
    Type.INTEGER: "integer",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
    Type.MOMENT: "datetime",
    Type.LIST: "list",
    Type.OBJECT: "object",
}
JSON_TYPES: dict[Type, dict[str, Any]] = {
    Type.TEXT: {"type": "string"},
    Type.CODE: {"type": "string"},
    Type.NUMBER: {"type": "number"},
    Type.REAL: {"type": "number"},
    Type.INTEGER: {"type": "integer"},
    Type.BOOLEAN: {"type": "boolean"},
    Type.DATE: {"type": "string", "format": "date"},
    Type.MOMENT: {"type": "string", "format": "date-time"},
    Type.LIST: {"type": "array", "items": {"type": "string"}},
    Type.OBJECT: {"type": "object"},
}
RIGHTS = (
    "Quotes and sentences belong to the publishers of the posts and stand here as citations, each with its address. "
    "The rest of the data may be used under CC0-1.0."
)
GUARD = (
    "In the CSV files a text that a spreadsheet would take for a formula has an apostrophe before it; "
    "the JSON Lines and Parquet files hold it as it is."
)


class DataPackage(Writer):
    """``datapackage.json`` beside the CSV files (Data Package 2.0)."""

    files = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def close(self, edition: Edition) -> None:
        """Write the descriptor."""
        write_json(self.folder / "datapackage.json", descriptor(edition))


class Schemas(Writer):
    """``schemas/*.schema.json``, one JSON Schema 2020-12 for the lines of each JSON Lines file."""

    files = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "schemas"

    def begin(self, table: Table) -> None:
        """Write the table's schema."""
        self.folder.mkdir(exist_ok=True)
        write_json(self.folder / f"{table.name}.schema.json", json_schema(table))


def write_json(path: Path, value: object) -> None:
    """Write *value* for people and programs to read: indented, its order kept."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def descriptor(edition: Edition) -> dict[str, Any]:
    """The Data Package descriptor of the CSV files."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "convening-ledger",
        "title": "Figures in posts about digital-government convenings",
        "description": f"Every figure with the sentence it rests on and what reviewers decided. {RIGHTS} {GUARD}",
        "id": edition.id,
        "version": f"{SCHEMA_VERSION}.0.0+{edition.id}",
        "licenses": [{"name": "CC0-1.0", "title": "Creative Commons Zero 1.0, for all but the quoted words"}],
        "keywords": ["claims", "digital government", "convenings"],
        "filter": edition.filter,
        "currency": edition.currency or "",
        "statuses": dict(sorted(edition.statuses.items())),
        "resources": [_resource(table, edition.rows.get(table.name, 0)) for table in columns.ALL],
    }


def _resource(table: Table, rows: int) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fieldsMatch": "equal",
        "missingValues": [""],
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
    }
    if table.points:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": [theirs]}}
            for column, other, theirs in table.points
        ]
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "rows": rows,
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": FIELD_TYPES[column.type],
        "description": column.description,
    }
    if column.type is Type.LIST:
        field |= {"delimiter": LIST_MARK, "itemType": "string"}
    if column.unit:
        field["unit"] = column.unit
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.enum:
        constraints["enum"] = list(column.enum)
    return field | ({"constraints": constraints} if constraints else {})


def json_schema(table: Table) -> dict[str, Any]:
    """The JSON Schema of one line of the table's JSON Lines file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:convening-ledger:{table.name}:{SCHEMA_VERSION}",
        "title": table.title,
        "description": table.description,
        "type": "object",
        "properties": {column.name: _property(column) for column in table.columns},
        "required": list(table.names),
        "additionalProperties": True,  # later versions may add columns
    }


def _property(column: Column) -> dict[str, Any]:
    shape = dict(JSON_TYPES[column.type])
    described = f"{column.description} ({column.unit})" if column.unit else column.description
    if column.enum:
        shape["enum"] = [*column.enum, *([] if column.required else [None])]
    if not column.required:
        shape["type"] = [shape["type"], "null"]
    return shape | {"description": described}
