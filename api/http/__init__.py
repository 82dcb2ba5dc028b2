"""What all requests and answers have in common: problem documents, limits, origin, idempotency, paging."""
