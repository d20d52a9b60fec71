"""What a part of the program remembers between runs, as bytes under a name: a model's own memory, or a mark."""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipeline.ledger import schema
from pipeline.ledger.database import Database
from pipeline.ledger.statements import on_conflict


class States(Database):
    """What a ledger holds of others' memories."""

    def state(self, name: str) -> bytes | None:
        """What was remembered under *name*, if anything."""
        with self.reading() as connection:
            held = connection.execute(select(schema.states.c.bytes).where(schema.states.c.name == name)).scalar()
        return None if held is None else bytes(held)

    def keep_state(self, name: str, data: bytes) -> None:
        """Remember *data* under *name*, in place of what was there."""
        with self.writing() as connection:
            put_state(connection, name, data)


def put_state(connection: Connection, name: str, data: bytes) -> None:
    """Remember *data* under *name* in the transaction of *connection*."""
    values = {"name": name, "bytes": data}
    put = on_conflict(connection)(schema.states).values(values)
    connection.execute(put.on_conflict_do_update(index_elements=["name"], set_=values))
