"""The tables. Migrations make them (store/migrations); a test holds that both say the same."""

from store.tables.alerts import alert_episodes, alert_groups, rejected_reports
from store.tables.attachments import attachment_contents, attachment_uses, attachments
from store.tables.base import metadata
from store.tables.directory import (
    agreements,
    api_keys,
    contact_changes,
    contacts,
    contracts,
    mailboxes,
    organisations,
    staff,
)
from store.tables.erasures import erasures
from store.tables.hours import hour_bookings, hour_entries, hour_packages
from store.tables.identity import audit, identities, rate_counts, sign_in_links
from store.tables.inbox import unmatched_messages
from store.tables.mails import mails
from store.tables.outgoing import chat_channels, preferences, webhooks
from store.tables.products import organisation_facts, product_versions, refused_requests, registered_products
from store.tables.provider import maintenance_windows, services
from store.tables.rnd import announcements, defects, releases, unreached
from store.tables.rollouts import rollouts
from store.tables.sessions import sessions
from store.tables.tickets import IS_OPEN, attempts, clocks, events, outbox, ticket_words, tickets

__all__ = [
    "IS_OPEN", "agreements", "alert_episodes", "alert_groups", "announcements", "api_keys", "attachment_contents",
    "attachment_uses", "attachments", "attempts", "audit", "chat_channels", "clocks", "contact_changes",
    "contacts", "contracts", "defects", "erasures",
    "events", "hour_bookings", "hour_entries", "hour_packages", "identities", "mailboxes", "mails",
    "maintenance_windows", "metadata", "organisation_facts", "organisations", "outbox", "preferences",
    "product_versions", "rate_counts", "refused_requests", "registered_products", "rejected_reports", "releases",
    "rollouts", "services", "sessions", "sign_in_links", "staff", "ticket_words", "tickets", "unmatched_messages",
    "unreached", "webhooks",
]  # fmt: skip
