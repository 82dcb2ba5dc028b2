"""The provider's own services and their planned maintenance. Their interruptions are tickets (`tickets.service`)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, Text

from store.tables.base import instant, metadata, organisation, words

services = Table(
    "services",
    metadata,
    words("id", primary_key=True),
    words("name"),
    words("agreement"),
    words("monitor", unique=True),  # the value of the label by which monitors name it
    organisation(optional=True),  # whose tickets its alerts are where they name no client
)

maintenance_windows = Table(
    "maintenance_windows",
    metadata,
    words("id", primary_key=True),
    Column("service", Text, ForeignKey("services.id"), nullable=False),
    instant("starts_at"),
    instant("ends_at"),
    words("text"),
    Column("critical_fixes", Boolean, nullable=False),
    Column("announced", Boolean, nullable=False),
    words("forced", optional=True),
    words("planned_by"),
    instant("planned_at"),
    instant("cancelled_at", optional=True),
    words("cancelled_by", optional=True),
    words("cancelled_for", optional=True),
    words("digest"),  # tells the same request, sent again, from another one
    Index("maintenance_windows_by_service", "service", "starts_at", "id"),
    Index("maintenance_windows_by_start", "starts_at", "id"),
)
