"""Reports: of one ticket for its client (1L-21), of all promises for whoever leads a desk, of what an
outage made late."""
