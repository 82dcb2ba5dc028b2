"""The tables. Migrations make them (store/migrations); a test holds that both say the same."""

from store.tables.base import metadata
from store.tables.directory import agreements, api_keys, contacts, contracts, mailboxes, organisations, staff
from store.tables.tickets import clocks, events, outbox, tickets

__all__ = [
    "agreements", "api_keys", "clocks", "contacts", "contracts", "events", "mailboxes", "metadata", "organisations",
    "outbox", "staff", "tickets",
]  # fmt: skip
