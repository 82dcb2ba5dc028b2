"""Reports: of one ticket for its client (1L-21), of all promises for whoever leads a desk, and of an outage."""
