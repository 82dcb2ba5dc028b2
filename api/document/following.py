"""Where an answer leads: the links of the OpenAPI document, from what was made or found to what can be done with it.

A link says which part of an answer is which part of another operation's address, so that a machine can go on by
itself. They are made here from one table, so that a new operation below an address is led to without a word.
"""

from __future__ import annotations

from typing import Any

_TICKET, _DEFECT, _SERVICE = "/v1/tickets/{id}", "/v1/defects/{id}", "/v1/services/{id}"

LEADS: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "open_ticket": ((_TICKET, {"id": "$response.body#/id"}),),
    "list_tickets": ((_TICKET, {"id": "$response.body#/items/0/id"}),),
    "take_message": ((_TICKET, {"id": "$response.body#/ticket"}),),
    "match_message": ((_TICKET, {"id": "$response.body#/ticket"}),),
    "list_unmatched_messages": (("/v1/unmatched-messages/{id}", {"id": "$response.body#/items/0/id"}),),
    "upload_attachment": (("/v1/attachments/{attachment}", {"attachment": "$response.body#/id"}),),
    "open_defect": ((_DEFECT, {"id": "$response.body#/id"}),),
    "list_defects": ((_DEFECT, {"id": "$response.body#/items/0/id"}),),
    "publish_release": (
        (
            "/v1/releases/{product}/{version}",
            {"product": "$response.body#/product", "version": "$response.body#/version"},
        ),
    ),
    "list_releases": (
        (
            "/v1/releases/{product}/{version}",
            {"product": "$response.body#/items/0/product", "version": "$response.body#/items/0/version"},
        ),
    ),
    "save_service": ((_SERVICE, {"id": "$response.body#/id"}),),
    "list_services": ((_SERVICE, {"id": "$response.body#/items/0/id"}),),
    "plan_maintenance": (("/v1/maintenance-windows/{id}", {"id": "$response.body#/id"}),),
    "list_maintenance_windows": (("/v1/maintenance-windows/{id}", {"id": "$response.body#/items/0/id"}),),
    "list_agreements": (("/v1/agreements/{name}", {"name": "$response.body#/items/0/name"}),),
    "list_organisations": (("/v1/organisations/{id}", {"id": "$response.body#/items/0/id"}),),
    "read_me": (("/v1/organisations/{id}", {"id": "$response.body#/organisation"}),),
}
"""Operation to the addresses that its answer leads to, and the parts of its answer that are their parameters."""


def lead(document: dict[str, Any]) -> None:
    """Writes the links into the OpenAPI `document`, each by the id of the operation that it leads to."""
    operations = {
        operation["operationId"]: (path, operation)
        for path, methods in document["paths"].items()
        for operation in methods.values()
    }
    for source, addresses in LEADS.items():
        answers = operations[source][1]["responses"]
        answer = answers.get("201") or answers["200"]
        for address, parameters in addresses:
            answer.setdefault("links", {}).update(
                {
                    target: {"operationId": target, "parameters": parameters}
                    for target, (path, operation) in operations.items()
                    if _below(path, address) and target != source and set(parameters) <= _needs(operation)
                }
            )


def _below(path: str, address: str) -> bool:
    return path == address or path.startswith((f"{address}/", f"{address}."))


def _needs(operation: dict[str, Any]) -> set[str]:
    return {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
