"""Every alert that a monitor reported, the groups that bound what they may do, and what could not be understood."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, text

from store.tables.base import instant, metadata, organisation, words
from store.types import Document

_FIRING = text("ended_at IS NULL AND ticket IS NOT NULL")
_COUNTS = text("counts")
_UNFINISHED = text("report IS NOT NULL")
alert_episodes = Table(
    "alert_episodes",
    metadata,
    words("id", primary_key=True),
    organisation(optional=True),  # absent: nobody's
    words("source"),
    words("fingerprint"),
    instant("started_at"),
    instant("ended_at", optional=True),
    words("monitor"),
    words("by"),  # who posted it first
    words("group_key"),
    words("severity", optional=True),
    words("service", optional=True),
    words("subject"),
    Column("labels", Document, nullable=False),
    words("place", optional=True),  # domain.alerts.Place
    words("ticket", optional=True),  # no foreign key: it is known here before the engine has the ticket
    words("outcome"),  # domain.alerts.Outcome
    words("reason", optional=True),
    Column("counts", Boolean, nullable=False),  # takes one of its group's tickets
    Column("last_word", Boolean, nullable=False),  # the ticket is told that it will not be told again for a while
    words("ending", optional=True),  # pending, told or listed, once it has ended
    instant("placed_at"),
    instant("told_at", optional=True),
    instant("end_told_at", optional=True),
    instant("received_at"),
    instant("seen_at"),
    Column("times", BigInteger, nullable=False),
    words("report", optional=True),  # domain.episodes.Posted, as long as something of it is to be carried out
    Index("alert_episodes_by_alert", "organisation", "source", "fingerprint", "placed_at"),
    Index("alert_episodes_by_time", "received_at", "id"),
    Index("alert_episodes_by_organisation", "organisation", "received_at", "id"),
    Index("alert_episodes_by_ticket", "ticket", "received_at", "id"),
    Index("alert_episodes_firing", "ticket", sqlite_where=_FIRING, postgresql_where=_FIRING),
    Index(
        "alert_episodes_counted",
        *("organisation", "group_key", "placed_at"),
        sqlite_where=_COUNTS,
        postgresql_where=_COUNTS,
    ),
    Index("alert_episodes_unfinished", "received_at", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
)

alert_groups = Table(
    "alert_groups",
    metadata,
    organisation(),
    words("group_key"),
    words("storm", optional=True),  # the ticket under which alerts are listed
    instant("storm_at", optional=True),
    Column("members", Integer, nullable=False),
    PrimaryKeyConstraint("organisation", "group_key"),
)

rejected_reports = Table(
    "rejected_reports",
    metadata,
    words("id", primary_key=True),
    words("source"),
    words("monitor", optional=True),
    words("role"),
    words("by"),
    organisation(optional=True),  # whose key it was, where the key is bound
    words("code"),
    words("detail"),
    words("content_type"),
    Column("size", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # its beginning, when it is longer
    instant("received_at"),
    instant("seen_at"),
    Column("times", BigInteger, nullable=False),
    Index("rejected_reports_by_time", "seen_at", "id"),
    Index("rejected_reports_by_sender", "by", "seen_at"),
)
