"""Who may do what, by API and by page: the one table. An operation without a row is refused to everybody."""

from __future__ import annotations

from dataclasses import dataclass

from domain.words import STAFF, ContactRole, Role


@dataclass(frozen=True)
class Row:
    """`roles` may; `own`: a key that is bound to an organisation reaches only what is that organisation's.

    What is not `own` is about all organisations together, and nothing for whoever is bound to one, whatever its role.

    Of a client's people only those with a role of `contacts` may, where it is given.
    """

    roles: frozenset[Role] = frozenset()
    own: bool = False
    public: bool = False
    """Nobody needs a key."""
    contacts: frozenset[ContactRole] | None = None


def _row(*roles: Role | frozenset[Role], own: bool = False, contacts: frozenset[ContactRole] | None = None) -> Row:
    named = frozenset().union(*(role if isinstance(role, frozenset) else {role} for role in roles))
    return Row(named, own, contacts=contacts)


_ANYBODY = Row(public=True)
_CHIEFS = frozenset({ContactRole.key_user, ContactRole.administrator})
"""Who manages an organisation's people and keys, at the client's."""
_CLIENT, _MONITOR, _WATCH = Role.client, Role.integrator, Role.operations

PERMISSIONS: dict[str, Row] = {
    "open_ticket": _row(_CLIENT, STAFF, _MONITOR, own=True),
    "triage": _row(STAFF, own=True),
    "assign": _row(STAFF, own=True),
    "acknowledge": _row(STAFF, own=True),
    "comment": _row(_CLIENT, STAFF, _MONITOR, own=True),
    "note": _row(STAFF, own=True),
    "status_update": _row(STAFF, own=True),
    "agree_interval": _row(STAFF, own=True),
    "take_call": _row(STAFF, own=True),
    "call_done": _row(STAFF, own=True),
    "list_calls": _row(STAFF, _WATCH, own=True),
    "ask": _row(STAFF, own=True),
    "answer": _row(_CLIENT, STAFF, own=True),
    "classify": _row(STAFF, own=True),
    "supply": _row(_CLIENT, STAFF, own=True),
    "exclude": _row(STAFF, own=True),
    "escalate": _row(STAFF, own=True),
    "ask_manager": _row(_CLIENT, STAFF, own=True),
    "ask_progress": _row(_CLIENT, STAFF, own=True),
    "offer_session": _row(STAFF, own=True),
    "log_time": _row(STAFF, own=True),
    "ask_quote": _row(_CLIENT, STAFF, own=True),
    "make_quote": _row(STAFF, own=True),
    "accept_quote": _row(_CLIENT, own=True),
    "refuse_quote": _row(_CLIENT, own=True),
    "resolve": _row(STAFF, own=True),
    "consent": _row(_CLIENT, STAFF, own=True),
    "refuse": _row(_CLIENT, STAFF, own=True),
    "reopen": _row(_CLIENT, STAFF, own=True),
    "withdraw": _row(_CLIENT, STAFF, own=True),
    "keep_commitment": _row(STAFF, own=True),
    "restore_service": _row(STAFF, own=True),
    "attribute_outage": _row(STAFF, own=True),
    "upload_attachment": _row(_CLIENT, STAFF, _MONITOR, own=True),
    "discard_attachment": _row(_CLIENT, STAFF, _MONITOR, own=True),
    "list_attachments": _row(_CLIENT, STAFF, _WATCH, own=True),
    "download_attachment": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_file": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_intervention_report": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_intervention_report_page": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_intervention_report_pdf": _row(_CLIENT, STAFF, _WATCH, own=True),
    "sell_hours": _row(Role.level1, Role.manager, own=True),
    "read_hours": _row(_CLIENT, STAFF, _WATCH, own=True),
    "draw_hours": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_statement": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_statement_page": _row(_CLIENT, STAFF, _WATCH, own=True),
    "export_statement": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_escalation_contacts": _row(_CLIENT, STAFF, _WATCH, own=True),
    "list_staff": _row(STAFF, _WATCH),
    "take_message": _row(STAFF, _MONITOR, own=True),
    "list_unmatched_messages": _row(STAFF, _WATCH),
    "match_message": _row(STAFF),
    "download_message_attachment": _row(STAFF),
    "list_mails": _row(STAFF, _WATCH),
    "download_mail": _row(STAFF),
    "list_messages": _row(Role.manager, _WATCH),
    "read_message": _row(Role.manager, _WATCH),
    "resend_message": _row(Role.manager, _WATCH),
    "resend_messages": _row(Role.manager, _WATCH),
    "create_webhook": _row(_CLIENT, Role.manager, own=True),
    "list_webhooks": _row(_CLIENT, Role.manager, _WATCH, own=True),
    "read_webhook": _row(_CLIENT, Role.manager, _WATCH, own=True),
    "change_webhook": _row(_CLIENT, Role.manager, own=True),
    "delete_webhook": _row(_CLIENT, Role.manager, own=True),
    "rotate_webhook_secret": _row(_CLIENT, Role.manager, own=True),
    "test_webhook": _row(_CLIENT, Role.manager, _WATCH, own=True),
    "list_webhook_deliveries": _row(_CLIENT, Role.manager, _WATCH, own=True),
    "create_channel": _row(Role.manager, _WATCH),
    "list_channels": _row(Role.manager, _WATCH),
    "read_channel": _row(Role.manager, _WATCH),
    "change_channel": _row(Role.manager, _WATCH),
    "delete_channel": _row(Role.manager, _WATCH),
    "read_my_preferences": _row(_CLIENT, STAFF, own=True),
    "save_my_preferences": _row(_CLIENT, STAFF, own=True),
    "read_contact_preferences": _row(_CLIENT, STAFF, own=True),
    "save_contact_preferences": _row(_CLIENT, STAFF, own=True),
    "list_tickets": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_ticket": _row(_CLIENT, STAFF, _MONITOR, _WATCH, own=True),
    "read_timeline": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_forecast": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_clocks": _row(_CLIENT, STAFF, _WATCH, own=True),
    "list_steps": _row(_CLIENT, STAFF, _MONITOR, own=True),
    "list_agreements": _row(_CLIENT, STAFF, _MONITOR, _WATCH, own=True),
    "read_impacts": _row(_CLIENT, STAFF, _MONITOR, _WATCH, own=True),
    "read_agreement": _row(_CLIENT, STAFF, _MONITOR, _WATCH, own=True),
    "list_organisations": _row(STAFF, _WATCH, own=True),
    "read_organisation": _row(_CLIENT, STAFF, own=True),
    "add_version": _row(Role.rnd, Role.manager),
    "list_versions": _row(STAFF, _WATCH),
    "register_product": _row(STAFF, own=True),
    "withdraw_product": _row(STAFF, own=True),
    "list_registered_products": _row(_CLIENT, STAFF, _WATCH, own=True),
    "list_refused_requests": _row(STAFF, _WATCH, own=True),
    "list_services": _row(_CLIENT, STAFF, _MONITOR, _WATCH, own=True),
    "read_service": _row(_CLIENT, STAFF, _MONITOR, _WATCH, own=True),
    "save_service": _row(Role.manager, _WATCH),
    "read_availability": _row(_CLIENT, STAFF, _WATCH, own=True),
    "draw_availability": _row(_CLIENT, STAFF, _WATCH, own=True),
    "list_maintenance_windows": _row(_CLIENT, STAFF, _WATCH, own=True),
    "read_maintenance_window": _row(_CLIENT, STAFF, _WATCH, own=True),
    "plan_maintenance": _row(STAFF),
    "cancel_maintenance": _row(STAFF),
    "read_me": _row(_CLIENT, STAFF, _MONITOR, _WATCH, own=True),
    "make_key": _row(_CLIENT, Role.manager, own=True, contacts=_CHIEFS),
    "list_keys": _row(_CLIENT, Role.manager, _WATCH, own=True, contacts=_CHIEFS),
    "read_key": _row(_CLIENT, Role.manager, _WATCH, own=True, contacts=_CHIEFS),
    "revoke_key": _row(_CLIENT, Role.manager, own=True, contacts=_CHIEFS),
    "list_audit": _row(Role.manager, _WATCH),
    "account_page": _row(_CLIENT, STAFF, _MONITOR, _WATCH, own=True),
    "end_session": _row(_CLIENT, STAFF, _MONITOR, _WATCH, own=True),
    "end_sessions": _row(_CLIENT, STAFF, _MONITOR, _WATCH, own=True),
    "keys_page": _row(_CLIENT, Role.manager, own=True, contacts=_CHIEFS),
    "make_key_on_page": _row(_CLIENT, Role.manager, own=True, contacts=_CHIEFS),
    "revoke_key_on_page": _row(_CLIENT, Role.manager, own=True, contacts=_CHIEFS),
    "preferences_page": _row(_CLIENT, STAFF, own=True),
    "save_preferences_on_page": _row(_CLIENT, STAFF, own=True),
    "alertmanager": _row(_MONITOR, own=True),
    "report_grafana": _row(_MONITOR, own=True),
    "report_icinga2": _row(_MONITOR, own=True),
    "report_cloudevents": _row(_MONITOR, own=True),
    "report_json": _row(_MONITOR, own=True),
    "list_alerts": _row(_CLIENT, STAFF, _WATCH, own=True),
    "list_alerts_of_ticket": _row(_CLIENT, STAFF, _WATCH, own=True),
    "list_rejected_reports": _row(STAFF, _MONITOR, _WATCH, own=True),
    "read_rejected_report": _row(STAFF, _MONITOR, _WATCH, own=True),
    "read_rejected_body": _row(STAFF, _MONITOR, _WATCH, own=True),
    "await_defect": _row(STAFF, own=True),
    "leave_defect": _row(STAFF, own=True),
    "ask_installation": _row(_CLIENT, STAFF, own=True),
    "open_defect": _row(STAFF),
    "list_defects": _row(STAFF, _WATCH),
    "read_defect": _row(STAFF, _WATCH),
    "answer_defect": _row(Role.rnd, Role.manager),
    "reject_defect": _row(Role.rnd, Role.manager),
    "close_defect": _row(Role.rnd, Role.manager),
    "publish_release": _row(Role.rnd, Role.manager),
    "list_releases": _row(STAFF, _WATCH),
    "read_release": _row(STAFF, _WATCH),
    "list_contacts": _row(_CLIENT, STAFF, _WATCH, own=True, contacts=_CHIEFS),
    "read_contact": _row(_CLIENT, STAFF, _WATCH, own=True, contacts=_CHIEFS),
    "add_contact": _row(_CLIENT, Role.manager, own=True, contacts=_CHIEFS),
    "change_contact": _row(_CLIENT, Role.manager, own=True, contacts=_CHIEFS),
    "list_contact_changes": _row(_CLIENT, Role.manager, _WATCH, own=True, contacts=_CHIEFS),
    "erase_contact": _row(Role.manager, _WATCH, own=True),
    "read_erasure": _row(Role.manager, _WATCH, own=True),
    "erasure_page": _row(Role.manager, _WATCH, own=True),
    "erase_on_page": _row(Role.manager, _WATCH, own=True),
    "portal_hours": _row(_CLIENT, own=True),
    "portal_services": _row(_CLIENT, own=True),
    "portal_contacts": _row(_CLIENT, own=True, contacts=_CHIEFS),
    "portal_contact": _row(_CLIENT, own=True, contacts=_CHIEFS),
    "portal_add_contact": _row(_CLIENT, own=True, contacts=_CHIEFS),
    "portal_change_contact": _row(_CLIENT, own=True, contacts=_CHIEFS),
    "portal_tickets": _row(_CLIENT, own=True),
    "portal_new": _row(_CLIENT, own=True),
    "portal_file": _row(_CLIENT, own=True),
    "portal_ticket": _row(_CLIENT, own=True),
    "portal_step": _row(_CLIENT, own=True),
    "board_queue": _row(STAFF, _WATCH, own=True),
    "board_stream": _row(STAFF, _WATCH, own=True),
    "board_assign": _row(STAFF, own=True),
    "portal_consent": _row(_CLIENT, own=True),
    "portal_decide_consent": _row(_CLIENT, own=True),
    "portal_quote": _row(_CLIENT, own=True),
    "portal_decide_quote": _row(_CLIENT, own=True),
    "board_ticket": _row(STAFF, _WATCH, own=True),
    "board_calls": _row(STAFF, _WATCH, own=True),
    "board_alerts": _row(STAFF, _WATCH, own=True),
    "board_messages": _row(STAFF, _WATCH),
    "board_match": _row(STAFF),
    "board_refused": _row(STAFF, _WATCH, own=True),
    "board_defects": _row(STAFF, _WATCH),
    "board_defect": _row(STAFF, _WATCH),
    "board_open_defect": _row(STAFF),
    "board_defect_step": _row(Role.rnd, Role.manager),
    "board_releases": _row(STAFF, _WATCH),
    "board_publish": _row(Role.rnd, Role.manager),
    "board_clients": _row(STAFF, _WATCH, own=True),
    "board_client": _row(STAFF, _WATCH, own=True),
    "board_staff": _row(STAFF, _WATCH),
    "operations_page": _row(Role.manager, _WATCH),
    "runbook_page": _row(STAFF, _WATCH),
    "read_operations_health": _row(Role.manager, _WATCH),
    "read_metrics": _row(Role.manager, _WATCH),
    "messages_page": _row(Role.manager, _WATCH),
    "resend_on_page": _row(Role.manager, _WATCH),
    "audit_page": _row(Role.manager, _WATCH),
    "board_overview": _row(STAFF, _WATCH, own=True),
    "report_promises": _row(STAFF, _WATCH, own=True),
    "report_due": _row(STAFF, _WATCH, own=True),
    "report_late": _row(STAFF, _WATCH, own=True),
    "report_late_promises": _row(STAFF, _WATCH, own=True),
    "report_late_messages": _row(STAFF, _WATCH, own=True),
    "report_load": _row(STAFF, _WATCH, own=True),
    "board_step": _row(STAFF, own=True),
    "live": _ANYBODY,
    "ready": _ANYBODY,
    "home": _ANYBODY,
    "choose_language": _ANYBODY,
    "sign_out": _ANYBODY,
    "sign_in_page": _ANYBODY,
    "sign_in_by_key": _ANYBODY,
    "go_to_provider": _ANYBODY,
    "come_from_provider": _ANYBODY,
    "leave_provider": _ANYBODY,
    "ask_for_link": _ANYBODY,
    "show_link": _ANYBODY,
    "sign_in_by_link": _ANYBODY,
}


def allowed(
    operation: str | None,
    role: Role,
    contact: ContactRole | None = None,
    scopes: frozenset[str] | None = None,
    *,
    bound: bool = False,
) -> bool:
    """Whether `role` may carry out `operation`; an unknown operation is nobody's.

    `contact` is what a client's person is there, None where that is unknown; `scopes` narrow what a key may do;
    `bound`: to an organisation.
    """
    row = PERMISSIONS.get(operation or "")
    if row is None or role not in row.roles or (bound and not row.own):
        return False
    if role is Role.client and row.contacts is not None and contact not in row.contacts:
        return False
    return scopes is None or operation in scopes


def operations_of(
    role: Role,
    contact: ContactRole | None = None,
    scopes: frozenset[str] | None = None,
    *,
    bound: bool = False,
) -> tuple[str, ...]:
    """What a role may do, in the table's order."""
    return tuple(operation for operation in PERMISSIONS if allowed(operation, role, contact, scopes, bound=bound))
