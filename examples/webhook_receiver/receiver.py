"""A receiver of Escalade's webhooks: checks the signature, keeps the message once, answers, and acts afterwards.

Run it: `ESCALADE_WEBHOOK_SECRET=whsec_... python receiver.py` (needs `standardwebhooks` only). It listens on port 8400;
put it behind whatever ends your TLS, because Escalade calls `https` addresses.

Four things any receiver has to do, and where they are done here:
- believe nothing that is not signed with the secret: `Receiver.take`
- answer within seconds, whatever is to be done takes longer: `take` only keeps the message, `Receiver.work` acts
- expect no order: one message may overtake another; `data.event.number` counts what happened on a ticket
- act once, although a message may come twice (its answer was lost): `webhook-id` is the key of the table
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

LARGEST = 1024 * 1024
"""Bytes of a body; Escalade's are a few kilobytes."""
Act = Callable[[dict[str, Any]], None]


class Receiver:
    """Keeps what is genuine in an SQLite file, and hands each message once to `act`.

    `secrets`: the one that Escalade showed, and during a rotation the one before it, too.
    """

    def __init__(self, file: Path, secrets: list[str], act: Act) -> None:
        self._file = file
        self._checks = [Webhook(secret) for secret in secrets]
        self._act = act
        self._news = threading.Event()
        with self._open() as database:
            database.execute("CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, body TEXT, acted_on INTEGER)")

    def take(self, headers: Mapping[str, str], body: bytes) -> int:
        """The status to answer with: 204 for what is kept, now or before; 401 for what Escalade did not sign."""
        if not any(self._genuine(check, headers, body) for check in self._checks):
            return 401
        with self._open() as database:
            database.execute("INSERT OR IGNORE INTO messages VALUES (?, ?, 0)", (headers["webhook-id"], body.decode()))
        self._news.set()
        return 204

    def work(self, stopping: threading.Event) -> None:
        """Acts on what is kept, oldest first, until `stopping` is set. What fails stays, and is tried again later."""
        while not stopping.is_set():
            self._news.wait(1)
            self._news.clear()
            with self._open() as database:
                waiting = database.execute("SELECT id, body FROM messages WHERE acted_on = 0 ORDER BY rowid").fetchall()
            for id, body in waiting:
                try:
                    self._act(json.loads(body))
                except Exception as error:
                    print(f"{id}: {error}; it is tried again", file=sys.stderr)
                    break  # those behind it wait: they may be about the same ticket
                with self._open() as database:
                    database.execute("UPDATE messages SET acted_on = 1 WHERE id = ?", (id,))

    def _genuine(self, check: Webhook, headers: Mapping[str, str], body: bytes) -> bool:
        try:
            check.verify(body, dict(headers))  # refuses what is older than five minutes, too
        except WebhookVerificationError:
            return False
        return True

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=30)


def serve(receiver: Receiver, port: int) -> ThreadingHTTPServer:
    """The server, bound and not yet running; port 0 takes a free one."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > LARGEST:
                self.send_error(413)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.take(headers, self.rfile.read(int(length))))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: what matters is in the table."""

    return ThreadingHTTPServer(("127.0.0.1", port), Door)


def tell(event: dict[str, Any]) -> None:
    """What this example does with a message; yours posts it, stores it, rings a bell."""
    ticket = event["data"].get("ticket", {})
    print(event["timestamp"], event["type"], ticket.get("id", ""), ticket.get("subject", ""), flush=True)


def main() -> None:
    secrets = os.environ["ESCALADE_WEBHOOK_SECRET"].split()
    receiver = Receiver(Path("messages.db"), secrets, tell)
    threading.Thread(target=receiver.work, args=(threading.Event(),), daemon=True).start()
    serve(receiver, 8400).serve_forever()


if __name__ == "__main__":
    main()
