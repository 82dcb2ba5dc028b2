"""What the doors of the monitors answer, and how the documents of strangers stand in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from api.monitoring.finishing import Became
from api.shapes import TICKET, example


class AlertView(BaseModel):
    """What became of one alert: `skipped` and `pending` say why; `kept` is where it is kept for inspection."""

    model_config = ConfigDict(from_attributes=True)

    fingerprint: str | None = None
    outcome: Became
    ticket: str | None = None
    reason: str | None = None
    kept: str | None = None


class Alerts(BaseModel):
    """What became of each alert, in the order of the body. `left_out`: how many the sender says it did not send."""

    model_config = example(alerts=[{"fingerprint": "a206d4c2429c8c01", "outcome": "opened", "ticket": TICKET}])

    alerts: list[AlertView]
    left_out: int | None = None


KEPT: dict[int | str, dict[str, Any]] = {
    202: {
        "model": Alerts,
        "description": "The engine is away, or slow: what is `pending` is kept and carried out when it is back.",
    }
}


def accepts(*bodies: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """The `requestBody` of an operation that reads the raw body itself, and what proves who sent it."""
    content: dict[str, Any] = {}
    for media, schema in bodies:
        examples = schema.get("examples", [])
        content[media] = {"schema": schema, **({"example": examples[0]} if examples else {})}
    proofs: list[dict[str, list[str]]] = [
        {"key": []},
        {"basic": []},
        {"grafana_signature": []},
        {"standard_webhook": []},
    ]
    return {"requestBody": {"required": True, "content": content}, "security": proofs}


def each_by_itself(one: dict[str, Any]) -> dict[str, Any]:
    """What a list holds whose parts are judged one by one: what is none of these is listed as skipped."""
    return {"anyOf": [one, {"title": "Anything else", "description": "listed as skipped, with the reason"}]}


def inlined(model: type[BaseModel]) -> dict[str, Any]:
    """A model's schema in one piece: an operation's own document has no place for definitions beside it."""
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return resolved(definitions[node["$ref"].rpartition("/")[2]])
            return {key: resolved(value) for key, value in node.items()}
        return [resolved(one) for one in node] if isinstance(node, list) else node

    found: dict[str, Any] = resolved(schema)
    alerts = found["properties"].get("alerts")
    if alerts is not None:
        alerts["items"] = each_by_itself(alerts["items"])
    return found
