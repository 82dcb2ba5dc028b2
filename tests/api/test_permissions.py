"""The permission table, row by row, through the doors; and that there is no door without a row."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from api.access.permissions import PERMISSIONS, allowed
from api.app import create_app
from api.tickets.steps import DOORS
from domain.words import STAFF, ContactRole, Role
from runtime.settings import Settings
from store import keys
from tests.api.conftest import HOLDERS, World, filing

C, I, O = Role.client, Role.integrator, Role.operations  # noqa: E741
EVERYBODY = {C, *STAFF, I, O}
MAY: dict[str, set[Role]] = {
    "open_ticket": {C, *STAFF, I},
    "triage": {*STAFF},
    "assign": {*STAFF},
    "acknowledge": {*STAFF},
    "comment": {C, *STAFF, I},
    "note": {*STAFF},
    "status_update": {*STAFF},
    "agree_interval": {*STAFF},
    "take_call": {*STAFF},
    "call_done": {*STAFF},
    "list_calls": {*STAFF, O},
    "ask": {*STAFF},
    "answer": {C, *STAFF},
    "escalate": {*STAFF},
    "ask_manager": {C, *STAFF},
    "ask_progress": {C, *STAFF},
    "offer_session": {*STAFF},
    "upload_attachment": {C, *STAFF, I},
    "discard_attachment": {C, *STAFF, I},
    "list_attachments": {C, *STAFF, O},
    "download_attachment": {C, *STAFF, O},
    "read_file": {C, *STAFF, O},
    "read_escalation_contacts": {C, *STAFF, O},
    "list_staff": {*STAFF, O},
    "take_message": {*STAFF, I},
    "list_unmatched_messages": {*STAFF, O},
    "match_message": {*STAFF},
    "download_message_attachment": {*STAFF},
    "list_mails": {*STAFF, O},
    "download_mail": {*STAFF},
    "resolve": {*STAFF},
    "consent": {C, *STAFF},
    "refuse": {C, *STAFF},
    "reopen": {C, *STAFF},
    "withdraw": {C, *STAFF},
    "keep_commitment": {*STAFF},
    "restore_service": {*STAFF},
    "attribute_outage": {*STAFF},
    "list_services": EVERYBODY,
    "read_service": EVERYBODY,
    "save_service": {Role.manager, O},
    "read_availability": {C, *STAFF, O},
    "draw_availability": {C, *STAFF, O},
    "list_maintenance_windows": {C, *STAFF, O},
    "read_maintenance_window": {C, *STAFF, O},
    "plan_maintenance": {*STAFF},
    "cancel_maintenance": {*STAFF},
    "log_time": {*STAFF},
    "ask_quote": {C, *STAFF},
    "make_quote": {*STAFF},
    "accept_quote": {C},
    "refuse_quote": {C},
    "read_intervention_report": {C, *STAFF, O},
    "read_intervention_report_page": {C, *STAFF, O},
    "read_intervention_report_pdf": {C, *STAFF, O},
    "sell_hours": {Role.level1, Role.manager},
    "read_hours": {C, *STAFF, O},
    "draw_hours": {C, *STAFF, O},
    "read_statement": {C, *STAFF, O},
    "read_statement_page": {C, *STAFF, O},
    "export_statement": {C, *STAFF, O},
    "list_messages": {Role.manager, O},
    "read_message": {Role.manager, O},
    "resend_message": {Role.manager, O},
    "resend_messages": {Role.manager, O},
    "create_webhook": {C, Role.manager},
    "list_webhooks": {C, Role.manager, O},
    "read_webhook": {C, Role.manager, O},
    "change_webhook": {C, Role.manager},
    "delete_webhook": {C, Role.manager},
    "rotate_webhook_secret": {C, Role.manager},
    "test_webhook": {C, Role.manager, O},
    "list_webhook_deliveries": {C, Role.manager, O},
    "create_channel": {Role.manager, O},
    "list_channels": {Role.manager, O},
    "read_channel": {Role.manager, O},
    "change_channel": {Role.manager, O},
    "delete_channel": {Role.manager, O},
    "read_my_preferences": {C, *STAFF},
    "save_my_preferences": {C, *STAFF},
    "read_contact_preferences": {C, *STAFF},
    "save_contact_preferences": {C, *STAFF},
    "list_tickets": {C, *STAFF, O},
    "read_ticket": EVERYBODY,
    "read_timeline": {C, *STAFF, O},
    "read_clocks": {C, *STAFF, O},
    "read_forecast": {C, *STAFF, O},
    "list_steps": {C, *STAFF, I},
    "list_agreements": EVERYBODY,
    "read_agreement": EVERYBODY,
    "read_impacts": EVERYBODY,
    "list_organisations": {*STAFF, O},
    "read_organisation": {C, *STAFF},
    "await_defect": {*STAFF},
    "leave_defect": {*STAFF},
    "ask_installation": {C, *STAFF},
    "open_defect": {*STAFF},
    "list_defects": {*STAFF, O},
    "read_defect": {*STAFF, O},
    "answer_defect": {Role.rnd, Role.manager},
    "reject_defect": {Role.rnd, Role.manager},
    "close_defect": {Role.rnd, Role.manager},
    "publish_release": {Role.rnd, Role.manager},
    "list_releases": {*STAFF, O},
    "read_release": {*STAFF, O},
    "add_version": {Role.rnd, Role.manager},
    "list_versions": {*STAFF, O},
    "register_product": {*STAFF},
    "withdraw_product": {*STAFF},
    "list_registered_products": {C, *STAFF, O},
    "list_refused_requests": {*STAFF, O},
    "classify": {*STAFF},
    "supply": {C, *STAFF},
    "exclude": {*STAFF},
    "list_contacts": {C, *STAFF, O},
    "read_contact": {C, *STAFF, O},
    "add_contact": {C, Role.manager},
    "change_contact": {C, Role.manager},
    "list_contact_changes": {C, Role.manager, O},
    "erase_contact": {Role.manager, O},
    "read_erasure": {Role.manager, O},
    "erasure_page": {Role.manager, O},
    "erase_on_page": {Role.manager, O},
    "portal_hours": {C},
    "portal_services": {C},
    "portal_contacts": {C},
    "portal_contact": {C},
    "portal_add_contact": {C},
    "portal_change_contact": {C},
    "portal_tickets": {C},
    "portal_new": {C},
    "portal_file": {C},
    "portal_ticket": {C},
    "portal_step": {C},
    "portal_consent": {C},
    "portal_decide_consent": {C},
    "portal_quote": {C},
    "portal_decide_quote": {C},
    "read_me": EVERYBODY,
    "make_key": {C, Role.manager},
    "list_keys": {C, Role.manager, O},
    "read_key": {C, Role.manager, O},
    "revoke_key": {C, Role.manager},
    "list_audit": {Role.manager, O},
    "account_page": EVERYBODY,
    "end_session": EVERYBODY,
    "end_sessions": EVERYBODY,
    "preferences_page": {C, *STAFF},
    "save_preferences_on_page": {C, *STAFF},
    "keys_page": {C, Role.manager},
    "make_key_on_page": {C, Role.manager},
    "revoke_key_on_page": {C, Role.manager},
    "alertmanager": {I},
    "board_queue": {*STAFF, O},
    "board_stream": {*STAFF, O},
    "board_assign": {*STAFF},
    "report_grafana": {I},
    "report_icinga2": {I},
    "report_cloudevents": {I},
    "report_json": {I},
    "list_alerts": {C, *STAFF, O},
    "list_alerts_of_ticket": {C, *STAFF, O},
    "list_rejected_reports": {*STAFF, I, O},
    "read_rejected_report": {*STAFF, I, O},
    "read_rejected_body": {*STAFF, I, O},
    "board_ticket": {*STAFF, O},
    "board_messages": {*STAFF, O},
    "board_match": {*STAFF},
    "board_refused": {*STAFF, O},
    "board_defects": {*STAFF, O},
    "board_defect": {*STAFF, O},
    "board_open_defect": {*STAFF},
    "board_defect_step": {Role.rnd, Role.manager},
    "board_releases": {*STAFF, O},
    "board_publish": {Role.rnd, Role.manager},
    "board_clients": {*STAFF, O},
    "board_client": {*STAFF, O},
    "board_staff": {*STAFF, O},
    "board_calls": {*STAFF, O},
    "board_alerts": {*STAFF, O},
    "messages_page": {Role.manager, O},
    "resend_on_page": {Role.manager, O},
    "audit_page": {Role.manager, O},
    "operations_page": {Role.manager, O},
    "runbook_page": {*STAFF, O},
    "read_operations_health": {Role.manager, O},
    "read_metrics": {Role.manager, O},
    "webhooks_page": {Role.manager, O},
    "webhook_add_page": {Role.manager},
    "webhook_page": {Role.manager, O},
    "webhook_step_page": {Role.manager, O},
    "channels_page": {Role.manager, O},
    "channel_add_page": {Role.manager, O},
    "channel_page": {Role.manager, O},
    "channel_step_page": {Role.manager, O},
    "board_services": {*STAFF, O},
    "board_service": {*STAFF, O},
    "board_add_service": {Role.manager, O},
    "board_change_service": {Role.manager, O},
    "board_maintenance": {*STAFF, O},
    "board_plan": {*STAFF},
    "board_window": {*STAFF, O},
    "board_cancel_window": {*STAFF},
    "board_hours": {*STAFF, O},
    "board_sell": {Role.level1, Role.manager},
    "board_overview": {*STAFF, O},
    "report_promises": {*STAFF, O},
    "report_due": {*STAFF, O},
    "report_late": {*STAFF, O},
    "report_late_promises": {*STAFF, O},
    "report_late_messages": {*STAFF, O},
    "report_load": {*STAFF, O},
    "board_step": {*STAFF},
}
RELEASE = {
    "product": "gates",
    "version": "11.4.2",
    "month": "2026-03",
    "attachment": "F7M39QX24T",
    "monitor": "probes",
    "mail": "Q7M39QX24T",
    "key": "T:1:x:y",
}
RELEASE |= {"step": "comment", "number": "1", "organisation": "acme", "contact": "anna"}
PUBLIC = {
    "live", "ready", "home", "choose_language", "sign_out",
    "sign_in_page", "sign_in_by_key", "ask_for_link", "show_link", "sign_in_by_link",
    "go_to_provider", "come_from_provider", "leave_provider",
}  # fmt: skip


CHIEFS_ONLY = {
    "list_contacts", "read_contact", "add_contact", "change_contact", "list_contact_changes",
    "portal_contacts", "portal_contact", "portal_add_contact", "portal_change_contact",
    "make_key", "list_keys", "read_key", "revoke_key", "keys_page", "make_key_on_page", "revoke_key_on_page",
}  # fmt: skip
"""Of a client's people, key users and administrators may these; of its programs none."""


@cache
def operations() -> dict[str, tuple[str, str]]:
    """Operation id to method and path: what the OpenAPI document has, and the pages, which it leaves out."""
    return {
        str(route.operation_id): (min(route.methods).lower(), str(route.path))
        for route in iter_route_contexts(create_app(Settings()).routes)
        if isinstance(route.original_route, APIRoute)
    }


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert set(operations()) == set(PERMISSIONS) == set(MAY) | PUBLIC


async def test_what_has_no_row_is_refused_to_everybody(world: World) -> None:
    world.app.add_api_route("/v1/secret", lambda: {"leaked": True}, operation_id="nobody_thought_of_it")
    for name in HOLDERS:
        answer = await world.get(name, "/v1/secret")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert (await world.get(None, "/v1/secret")).status_code == 401


@pytest.mark.parametrize("operation", sorted(MAY))
async def test_an_operation_is_open_to_its_roles_and_to_nobody_else(world: World, operation: str) -> None:
    method, path = operations()[operation]
    ticket = await world.open()
    bodies = {door.operation: door.example for door in DOORS}
    bodies |= {"open_ticket": filing(organisation="acme"), "alertmanager": {"alerts": []}}
    address = path.format(id="acme" if "organisations" in path else ticket, name="trackforce", **RELEASE)
    passed = set()
    for name, (role, _, organisation) in HOLDERS.items():
        if organisation == "beta":
            continue
        headers = {"Authorization": f"Bearer {world.keys[name]}"}
        answer = await world.http.request(method, address, json=bodies.get(operation), headers=headers)
        assert answer.status_code < 500, answer.text
        if answer.status_code != 403 or answer.json()["code"] != "not_permitted":
            passed.add(role)
    assert passed == MAY[operation]


@pytest.mark.parametrize("operation", sorted(MAY))
async def test_an_operation_needs_a_key(world: World, operation: str) -> None:
    method, path = operations()[operation]
    answer = await world.http.request(method, path.format(id="K7M39QX24T", name="trackforce", **RELEASE))
    assert answer.status_code in (401, 422) if method == "post" else answer.status_code == 401
    address = path.format(id="K7M39QX24T", name="trackforce", **RELEASE)
    with_body = await world.http.request(method, address, json={}, headers={"Authorization": "Bearer esk_guessed"})
    assert with_body.status_code == 401
    assert with_body.headers["WWW-Authenticate"] == "Bearer"
    assert "unknown" in with_body.json()["detail"]


async def test_health_and_home_need_no_key(world: World) -> None:
    for path in ("/", "/health/live", "/health/ready", "/openapi.json", "/docs"):
        assert (await world.get(None, path)).status_code == 200


async def test_an_expired_and_a_revoked_key_say_so(world: World) -> None:
    world.key("old", Role.level1, "bob", None, expires_at=world.now)
    secret, key = keys.create(world.database, role=Role.level1, subject="bob", now=world.now)
    assert "expired" in (await world.get("old", "/v1/me")).json()["detail"]
    assert (await world.get(secret, "/v1/me")).status_code == 200
    keys.revoke(world.database, key.id, world.now)
    world.turn(seconds=4)
    assert "revoked" in (await world.get(secret, "/v1/me")).json()["detail"]


async def test_me_lists_exactly_what_the_key_may_do(world: World) -> None:
    for name, (role, subject, organisation) in HOLDERS.items():
        me = (await world.get(name, "/v1/me")).json()
        assert (me["id"], me["organisation"]) == (subject, organisation)
        may = {operation for operation, roles in MAY.items() if role in roles}
        assert set(me["operations"]) == (may - CHIEFS_ONLY if name == "beta" else may)


@pytest.mark.parametrize("operation", sorted(MAY))
def test_what_a_clients_people_may_depends_on_what_they_are_there(operation: str) -> None:
    if C not in MAY[operation]:
        return
    for contact in (*ContactRole, None):
        chief = contact in (ContactRole.key_user, ContactRole.administrator)
        assert allowed(operation, C, contact) == (chief or operation not in CHIEFS_ONLY)
        for scopes, narrowed in ((frozenset({operation}), False), (frozenset({"read_me"}), operation != "read_me")):
            assert allowed(operation, C, contact, scopes) == (not narrowed and allowed(operation, C, contact))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.path)
async def test_a_client_cannot_tell_another_organisations_ticket_from_none(world: World, door: Any) -> None:
    ticket = await world.open()
    before = world.engine.runs[ticket].state
    theirs = await world.post("beta", f"/v1/tickets/{ticket}/{door.path}", door.example)
    none = await world.post("beta", f"/v1/tickets/0000000000/{door.path}", door.example)
    if Role.client not in MAY[door.operation]:
        assert theirs.status_code == none.status_code == 403
    else:
        assert theirs.status_code == none.status_code == 404
        assert alike(theirs, ticket) == alike(none, "0000000000")
    assert world.engine.runs[ticket].state == before


@pytest.mark.parametrize("part", ["", "/timeline", "/clocks", "/steps"])
async def test_a_client_reads_nothing_of_another_organisations_ticket(world: World, part: str) -> None:
    ticket = await world.open()
    theirs = await world.get("beta", f"/v1/tickets/{ticket}{part}")
    none = await world.get("beta", f"/v1/tickets/0000000000{part}")
    assert theirs.status_code == none.status_code == 404
    assert alike(theirs, ticket) == alike(none, "0000000000")
    assert (await world.get("client", f"/v1/tickets/{ticket}{part}")).status_code == 200


def alike(answer: Any, ticket: str) -> dict[str, Any]:
    """An answer without what only repeats the question, or is new each time."""
    text = {name: str(value).replace(ticket, "N") for name, value in answer.json().items()}
    return {**text, "headers": sorted(name for name in answer.headers)}


async def test_a_key_that_is_bound_to_an_organisation_is_bound_whatever_its_role(world: World) -> None:
    world.key("their monitor", Role.integrator, "their-prometheus", "beta")
    ticket = await world.open()
    assert (await world.get("their monitor", f"/v1/tickets/{ticket}")).status_code == 404
    refused = await world.post("their monitor", "/v1/tickets", filing(organisation="acme"))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_organisation")
