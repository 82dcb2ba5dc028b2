"""Who calls, and what it may do: keys and sessions, the one table of permissions, rates, the audit."""
