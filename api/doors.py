"""Every door, put together once in a process, however many applications it makes.

What FastAPI makes of an operation (who may, what is read, how it is answered) takes a millisecond or two for each of
two hundred, when the first request comes. What differs from one application to the next a door finds in `request.app`.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api import health
from api.access import audit_log, me
from api.access.auth import authorise
from api.attachments import doors as attachments
from api.board import pages as board
from api.defects import doors as defects
from api.defects import releases
from api.directory import contacts, contracts, people, products
from api.erasure import doors as erasure
from api.hours import doors as hours
from api.hours import statements
from api.identity import account, by_key, by_link, by_provider, keys, keys_page, preferences_page
from api.identity import page as sign_in_page
from api.intake import inbox, refusals
from api.mailroom import listing as mails
from api.monitoring import doors as senders
from api.monitoring import listing, rejected
from api.operations import doors as operations
from api.outgoing import channels, preferences, webhooks
from api.outgoing import messages as messages_out
from api.pages import doors as pages
from api.portal import DOORS as PORTAL
from api.reports import interventions as reports
from api.reports import late
from api.reports import promises as promise_reports
from api.services import doors as services
from api.services import maintenance
from api.tickets import calls, file, forecast, possible_steps, reads
from api.tickets import doors as tickets

DOORS = APIRouter(dependencies=[Depends(authorise)])
for _door in (
    tickets,
    reads,
    calls,
    possible_steps,
    file,
    forecast,
    attachments,
    inbox,
    mails,
    messages_out,
    webhooks,
    channels,
    preferences,
    people,
    contracts,
    contacts,
    erasure,
    services,
    maintenance,
    senders,
    rejected,
    listing,
    health,
    operations,
    defects,
    releases,
    products,
    refusals,
    hours,
    statements,
    reports,
    promise_reports,
    late,
    me,
    pages,
    sign_in_page,
    by_key,
    by_link,
    by_provider,
    account,
    keys,
    keys_page,
    preferences_page,
    audit_log,
    *PORTAL,
    *board.PAGES,
):
    DOORS.include_router(_door.router)
