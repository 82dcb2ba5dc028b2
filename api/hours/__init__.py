"""The hours that were sold: packages, what was used of them, the monthly statement (1L-01, 1L-16, 1L-17, 1L-23)."""
