"""A person is erased on request: open tickets first, then the record, then the person."""
