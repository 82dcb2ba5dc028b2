"""Names that activities share with the workflows that call them or are woken by them."""

from __future__ import annotations

RECORD = "record"
DELIVER = "deliver"

DELIVERY_WORKFLOW = "Delivery"
DELIVERY = "delivery"
"""Id of the one workflow that has messages carried out of the outbox."""
WAKE = "wake"
