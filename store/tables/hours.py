"""Hour packages, what tickets take from them, and the time entries as lists show them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text

from store.tables.base import instant, metadata, organisation, ticket, words

hour_packages = Table(
    "hour_packages",
    metadata,
    words("id", primary_key=True),
    organisation(),
    Column("contract", Text, ForeignKey("contracts.id"), nullable=False),
    Column("minutes", Integer, nullable=False),
    instant("bought_at"),
    instant("expires_at"),
    words("sold_by"),
    instant("sold_at"),
    words("digest"),  # of the request that sold it
    words("warned", optional=True),  # cause of the booking that passed the share of which the client is warned
    Index("hour_packages_by_organisation", "organisation", "expires_at", "id"),
)

hour_bookings = Table(
    "hour_bookings",
    metadata,
    # Not a reference to the ticket's row: hours are booked before the step that needs them is recorded.
    words("ticket"),
    words("cause"),  # the step that asked for it
    Column("package", Text, ForeignKey("hour_packages.id"), nullable=False),
    Column("minutes", Integer, nullable=False),  # below zero where hours were given back
    instant("at"),
    PrimaryKeyConstraint("ticket", "cause", "package"),
    Index("hour_bookings_by_package", "package", "at"),
)

hour_entries = Table(
    "hour_entries",
    metadata,
    ticket(),
    Column("number", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),  # of the event that logged it
    words("organisation"),
    words("contract"),
    words("work"),
    words("member"),  # of our staff
    instant("began_at"),
    instant("logged_at"),
    Column("worked", Integer, nullable=False),
    Column("counted", Integer, nullable=False),
    Column("charged", Integer, nullable=False),
    words("cover"),
    words("text"),
    PrimaryKeyConstraint("ticket", "number"),
    Index("hour_entries_by_organisation", "organisation", "began_at", "ticket", "number"),
    Index("hour_entries_by_logging", "organisation", "logged_at", "ticket", "number"),
)
