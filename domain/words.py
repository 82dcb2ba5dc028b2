"""The vocabulary: the closed lists of words that commands, events, tables and pages share."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands. `waiting` is for the client; `resolved` waits for consent."""

    new = "new"
    open = "open"
    waiting = "waiting"
    resolved = "resolved"
    closed = "closed"
    archived = "archived"


class Level(StrEnum):
    """Who works on it: level 1 support, level 2 consulting, or R&D."""

    support = "support"
    consulting = "consulting"
    rnd = "rnd"


class ClockKind(StrEnum):
    """What a clock promises: a first response, the next update, a resolution, an internal (OLA) time, an answer.

    `call`: a telephone call to the client that goes with an update; a task of ours.
    """

    response = "response"
    update = "update"
    resolution = "resolution"
    internal = "internal"
    consent = "consent"
    call = "call"


class Verdict(StrEnum):
    """How a clock ended, or `missed` while the work is still to be done late."""

    met = "met"
    missed = "missed"
    cancelled = "cancelled"


class Channel(StrEnum):
    """How the client reached us."""

    portal = "portal"
    email = "email"
    telephone = "telephone"
    monitoring = "monitoring"
    api = "api"


class Way(StrEnum):
    """How a message of ours goes out."""

    mail = "mail"
    chat = "chat"
    webhook = "webhook"


class Subject(StrEnum):
    """What a message is about, as its readers choose by which ways they want it."""

    opening = "opening"
    progress = "progress"
    conversation = "conversation"
    escalation = "escalation"
    resolution = "resolution"
    closing = "closing"
    money = "money"
    deadlines = "deadlines"
    service = "service"


class Role(StrEnum):
    """Who acts. `system` is Escalade itself when time passes."""

    client = "client"
    level1 = "level1"
    consultant = "consultant"
    rnd = "rnd"
    manager = "manager"
    integrator = "integrator"
    operations = "operations"
    system = "system"


class Party(StrEnum):
    """Whose agreement a resolution needs."""

    client = "client"
    provider = "provider"


class ResolutionKind(StrEnum):
    """What a resolution can consist of (OL-11, TF-11)."""

    fix = "fix"
    workaround = "workaround"
    promised_fix = "promised_fix"
    action_plan = "action_plan"
    recommendations = "recommendations"


class Means(StrEnum):
    """How staff reached the client for the first response (TF-12)."""

    call = "call"
    conversation = "conversation"
    email = "email"
    remote_session = "remote_session"


class Reached(StrEnum):
    """What came of a call."""

    reached = "reached"
    not_reached = "not_reached"


class Contact(StrEnum):
    """A step by which a person of ours tells the client something."""

    acknowledgement = "acknowledgement"
    comment = "comment"
    status_update = "status_update"
    question = "question"
    escalation = "escalation"
    resolution = "resolution"


class Closing(StrEnum):
    """Why a ticket is closed."""

    consent = "consent"
    silence = "silence"
    withdrawn = "withdrawn"
    not_covered = "not_covered"


class Cover(StrEnum):
    """Who pays for a kind of request: nobody (included), the hour counter, an invoice; or it is not handled here."""

    included = "included"
    deducted = "deducted"
    billable = "billable"
    not_handled = "not_handled"


class ContactRole(StrEnum):
    """What a contact is at the client's."""

    key_user = "key_user"
    administrator = "administrator"
    end_user = "end_user"


class Stage(StrEnum):
    """How far a version of a product has come."""

    released = "released"
    release_candidate = "release_candidate"
    beta = "beta"
    development = "development"


class Work(StrEnum):
    """What the time of an entry was spent on (1L-19)."""

    analysis = "analysis"
    work = "work"
    adjustment = "adjustment"


class Fault(StrEnum):
    """Who or what took a service down (TF-14)."""

    provider = "provider"
    client = "client"
    internet = "internet"
    maintenance = "maintenance"


class Cause(StrEnum):
    """The root cause of a problem (TF-17)."""

    bug = "bug"
    configuration = "configuration"
    usage = "usage"
    infrastructure = "infrastructure"
    third_party = "third_party"
    unknown = "unknown"


STAFF = frozenset({Role.level1, Role.consultant, Role.rnd, Role.manager})
