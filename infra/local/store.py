"""Documents of a stand-in, kept in SQLite so that they outlive a restart."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]


class Store:
    """Documents by kind and id, newest last; safe among threads. `path` None keeps them in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS document"
            " (n INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, id TEXT, body TEXT, UNIQUE (kind, id))"
        )

    @contextmanager
    def change(self) -> Iterator[None]:
        """Everything inside happens at once or not at all; may be nested."""
        with self._lock:
            outermost = not self._db.in_transaction
            if outermost:
                self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if outermost:
                    self._db.execute("ROLLBACK")
                raise
            if outermost:
                self._db.execute("COMMIT")

    def get(self, kind: str, id: str) -> Document | None:
        with self._lock:
            row = self._db.execute(
                "SELECT body FROM document WHERE kind = ? AND id = ?", (kind, id)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, id: str, document: Document) -> None:
        with self._lock:
            self._db.execute(
                "INSERT INTO document (kind, id, body) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                (kind, id, json.dumps(document)),
            )

    def delete(self, kind: str, id: str) -> bool:
        """True when there was one."""
        with self._lock:
            return self._db.execute("DELETE FROM document WHERE kind = ? AND id = ?", (kind, id)).rowcount > 0

    def all(self, kind: str) -> list[Document]:
        """Every document of a kind, oldest first."""
        with self._lock:
            rows = self._db.execute("SELECT body FROM document WHERE kind = ? ORDER BY n", (kind,)).fetchall()
        return [json.loads(body) for (body,) in rows]

    def everything(self) -> list[tuple[str, Document]]:
        """Every document there is, with its kind, oldest first."""
        with self._lock:
            rows = self._db.execute("SELECT kind, body FROM document ORDER BY n").fetchall()
        return [(kind, json.loads(body)) for kind, body in rows]

    def close(self) -> None:
        self._db.close()
