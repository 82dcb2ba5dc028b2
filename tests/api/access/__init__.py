"""Who may call: what it tells, and what it never tells."""
