"""A real Postfix of the test's own: its own queue and ports, and the transport map that docs/mail.md shows."""

from __future__ import annotations

import os
import shutil
import smtplib
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.cli.stacks import eventually, free_port

MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/log/mail.log
maillog_file_prefixes = {home}
myhostname = mx.desk.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
alias_maps =
local_recipient_maps =
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
transport_maps = inline:{{ desk.example=smtp:[127.0.0.1]:{door} }}
relay_domains = desk.example
relay_recipient_maps = regexp:{home}/etc/escalade_recipients
message_size_limit = 52428800
default_database_type = texthash
"""
RECIPIENTS = r"/^support(\+[A-Za-z0-9.-]+)?@desk\.example$/    OK" + "\n"
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """`start` and `stop`; `send` hands a mail in as a client of that server; what it has not delivered is `waiting`."""

    def __init__(self, door: int) -> None:
        self._binary = shutil.which("postfix", path=f"{os.environ['PATH']}:/usr/sbin")
        if self._binary is None or os.geteuid() != 0:
            pytest.skip("Postfix is not installed, or this is not root: tests/install_tools.sh installs it on Debian")
        self.port = free_port()
        # Not below pytest's own folder: Postfix' user must be able to reach it.
        self.home = Path(tempfile.mkdtemp(prefix="escalade-postfix-"))
        self.home.chmod(0o755)
        for name in ("queue", "data", "etc", "log"):
            (self.home / name).mkdir()
        shutil.chown(self.home / "data", "postfix")
        (self.home / "etc" / "main.cf").write_text(MAIN.format(home=self.home, door=door))
        (self.home / "etc" / "master.cf").write_text(MASTER.format(port=self.port))
        (self.home / "etc" / "escalade_recipients").write_text(RECIPIENTS)

    def start(self) -> None:
        self._do("start")
        eventually(self._answers, f"Postfix answers; it said: {self.said()}", 60)

    def stop(self) -> None:
        self._do("stop", check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def send(self, raw: bytes, sender: str, *recipients: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as server:
            server.sendmail(sender, recipients, raw)

    def waiting(self) -> int:
        """Mails in its queues."""
        queues = [self.home / "queue" / name for name in ("incoming", "active", "deferred", "maildrop")]
        return sum(1 for queue in queues for one in queue.rglob("*") if one.is_file())

    def said(self) -> str:
        log = self.home / "log" / "mail.log"
        return log.read_text(errors="replace")[-3_000:] if log.exists() else ""

    def _answers(self) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as server:
                return server.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _do(self, what: str, *, check: bool = True) -> None:
        command = [str(self._binary), "-c", str(self.home / "etc"), what]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert not check or done.returncode == 0, done.stdout + done.stderr + self.said()
