"""The guide: for each thing that can be wrong, what to look at, what to do, and the command to begin with.

Its codes are the anchors of docs/runbook.md and the names behind the alert rules: a test holds all three together.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.pages.catalogue import mark as _

RUNBOOK = "/operations/runbook"


@dataclass(frozen=True)
class Guide:
    """`command` can be pasted as it stands; {ticket} is a ticket's number, {queue} the task queue."""

    look: str
    do: str
    command: str


GUIDES: dict[str, Guide] = {
    "engine-away": Guide(
        _("Whether the Temporal server runs (and is not stopped: state T) and can be reached from here; its log."),
        _(
            "If its process is there and stopped (state T): kill -CONT PID. If it is not there: start it. Tickets lose "
            "nothing: clocks that fell due meanwhile act at once, and say how late."
        ),
        "ps -eo pid,stat,etime,args | grep '[t]emporal'",
    ),
    "search-attributes-missing": Guide(
        _("The namespace's search attributes."),
        _("Have them registered; tickets that hang go on by themselves."),
        "escalade prepare",
    ),
    "retention-short": Guide(
        _("The namespace's retention."),
        _("Give it 30 days; what a ticket promised and did stays in the database in any case."),
        "temporal operator namespace update --retention 30d",
    ),
    "worker-away": Guide(
        _("Whether a worker runs, and the end of its log; whether it is stopped (state T) or waits for the database."),
        _(
            "If its process is there and stopped (state T): kill -CONT PID. If it is not there: start it. It takes up "
            "every ticket where it stands."
        ),
        "temporal task-queue describe --task-queue {queue}",
    ),
    "delivery-worker-away": Guide(
        _("Which version the workers are: one from before delivery had a queue of its own does not poll it; its log."),
        _(
            "Start a worker of this version, or deploy it to those that run: each polls both queues. What waits goes "
            "out by itself, each message once."
        ),
        "temporal task-queue describe --task-queue {queue}-delivery",
    ),
    "backlog": Guide(
        _("How busy the workers are (CPU, memory), and how slow the database is."),
        _("Start more workers: nothing needs to be told to them."),
        "temporal task-queue describe --task-queue {queue}",
    ),
    "database-away": Guide(
        _("Whether the database server runs and takes connections; for SQLite, whether the file is there."),
        _("Start it again. Steps wait in the engine meanwhile and are recorded afterwards."),
        "escalade doctor",
    ),
    "database-refuses-writes": Guide(
        _("The database's own words: read-only, locked by another process, or its disk is full."),
        _("Take away what holds it: free the disk, end the other process, or let the standby take over."),
        'df -h "${{ESCALADE_HOME:-.escalade}}"',
    ),
    "database-slow": Guide(
        _("The load of the database's machine, and what its longest statements are."),
        _("Give it what it lacks; lists are read by indexes, so look for another program first."),
        "escalade doctor",
    ),
    "migration-missing": Guide(
        _("Which version was deployed, and whether its preparation ran."),
        _(
            "Bring the schema up to date; it can be done while the service answers. Afterwards start API and workers "
            "again, one after the other."
        ),
        "escalade prepare",
    ),
    "clocks-overdue": Guide(
        _(
            "Whether engine and workers are well (above). If they are, the tickets named are stuck: look at "
            "one's workflow."
        ),
        _("Mend what is away: the clocks then act by themselves, and their lateness is told and recorded."),
        "temporal workflow describe --workflow-id ticket-{ticket}",
    ),
    "ticket-stuck": Guide(
        _(
            "The failure's message, and the history of the workflow. A non-determinism error and `Failed decoding "
            "arguments` follow a deployment."
        ),
        _(
            "Deploy code that can replay the history (mostly: the version before). The ticket goes on by "
            "itself at the next attempt; never terminate it. Where no version can: escalade reconcile --ticket NUMBER "
            "says whether the record can begin it anew, and with --mend it does."
        ),
        "temporal workflow show --detailed --workflow-id ticket-{ticket}",
    ),
    "codec-key-missing": Guide(
        _("Which keys each process has in ESCALADE_CODEC_KEYS (by name), and which one was taken out last."),
        _(
            "Put the key back in every process, behind the newest one, and start them again; the tickets then go on by "
            "themselves. It is where the installation's secrets are kept; a key that is lost for good: docs/runbook.md."
        ),
        "escalade doctor --json",
    ),
    "activity-failing": Guide(
        _("The activity's last failure: it is the database's, or the mail server's, own word."),
        _("Mend what it names; the engine tries again within ten seconds."),
        "temporal workflow describe --workflow-id ticket-{ticket}",
    ),
    "outbox-old": Guide(
        _("Whether a worker runs, and the workflow `delivery`."),
        _("Start a worker; a message that is sent again, or any new step, wakes delivery."),
        "temporal workflow describe --workflow-id delivery",
    ),
    "deliveries-failing": Guide(
        _("The last error of the messages that wait: it is the other side's answer."),
        _(
            "Mend the mail server, the chat's address or the webhook. Messages go out by themselves at their next "
            "attempt, each once; at once by POST /v1/messages/resend."
        ),
        'curl -sS -H "Authorization: Bearer $ESC_KEY" "$ESC_API/v1/messages?state=pending&order=oldest&limit=5"',
    ),
    "dead-letters": Guide(
        _("Each message and why it was given up: mostly an address that does not exist."),
        _("Correct the address, then send them again from the page or by POST /v1/messages/resend."),
        "escalade doctor --json",
    ),
    "mail-server-missing": Guide(
        _("The setting ESCALADE_SMTP_HOST."),
        _("Set it for every worker and start them again."),
        "escalade settings",
    ),
    "alerts-pending": Guide(
        _("The alerts whose outcome is `pending`, and whether their monitor still reports them."),
        _("They are carried out by themselves once the engine answers; where it does, the API's log says why not."),
        "escalade doctor --json",
    ),
    "messages-unmatched": Guide(
        _("The board's page of messages."),
        _("Say whose each one is, or put it away."),
        "escalade doctor",
    ),
    "agreement-broken": Guide(
        _("Whether the file or the stored revision is broken, what is wrong with it, and where; what changed last."),
        _("Correct the file, check it, and load it with `escalade prepare`."),
        "escalade agreement check FILE",
    ),
    "retention-overdue": Guide(
        _("The API's log: which ticket's texts could not be erased, and why."),
        _("Mend what it names; every API process sweeps again within an hour, or at its start."),
        "escalade doctor",
    ),
    "erasure-unfinished": Guide(
        _("Why it has stopped (above), and whether the engine and an API process run."),
        _("Mend that: it goes on by itself within a minute or two, where it was."),
        "escalade doctor",
    ),
    "disk-full": Guide(
        _("What takes the space: logs, the engine's and the database's files."),
        _("Free or add space before it is full; a full disk loses nothing, but nothing is recorded until it has room."),
        'df -h "${{ESCALADE_HOME:-.escalade}}"',
    ),
    "clock-skew": Guide(
        _(
            "What the clock of each machine says, and the worker's: the dates of its log's latest lines. Where steps "
            "were recorded late: whether the database was away or full."
        ),
        _("Have it synchronised. Promises are kept by the engine's clock; only what people read is shifted."),
        'date -u; tail -n 3 "${{ESCALADE_HOME:-.escalade}}/logs/worker.log"',
    ),
    "secret-missing": Guide(
        _("The setting ESCALADE_SECRET_KEY of every process; without it, the file `secret` in the home."),
        _(
            "Do not start anything anew: a start makes another secret, and what was sealed with the old one cannot be "
            "read with it. Put the old one back: the file `secret` in the home, or ESCALADE_SECRET_KEY; it is in the "
            "backup."
        ),
        "escalade settings | grep -E 'ESCALADE_(HOME|SECRET_KEY)'",
    ),
}  # fmt: skip


def command_of(code: str, ticket: str | None, queue: str) -> str:
    """The command of an entry, with the first ticket that it is about."""
    return GUIDES[code].command.format(ticket=ticket or "NUMBER", queue=queue)
