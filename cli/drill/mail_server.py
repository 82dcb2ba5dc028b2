"""A mail server that takes nothing, for a drill: `python -m cli.drill.mail_server refuses|away SECONDS`.

It says its port on a line of its own. `refuses`: it answers, and has no room for any mail. `away`: nobody listens on
the port, and nobody else can have it.
"""

from __future__ import annotations

import socket
import socketserver
import sys
import threading
import time

HERE = ("127.0.0.1", 0)


class Full(socketserver.StreamRequestHandler):
    """The answers of a mail server whose disk is full."""

    timeout = 60

    def handle(self) -> None:
        self.wfile.write(b"220 mail.example ESMTP\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word in (b"EHLO", b"HELO"):
                self.wfile.write(b"250 mail.example\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 2.0.0 Bye\r\n")
                return
            else:
                self.wfile.write(b"452 4.3.1 Insufficient system storage\r\n")


class Server(socketserver.ThreadingTCPServer):
    """One thread for each connection; none of them keeps the process alive."""

    daemon_threads = True


def main() -> None:
    """Runs until it is killed, or the time is over."""
    how, seconds = sys.argv[1], float(sys.argv[2])
    if how == "away":
        with socket.socket() as taken:
            taken.bind(HERE)
            _say(taken.getsockname()[1])
            time.sleep(seconds)
        return
    with Server(HERE, Full) as server:
        _say(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        time.sleep(seconds)


def _say(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
