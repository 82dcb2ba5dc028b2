"""Months of tickets in virtual time: what is due comes when it is due, memory and history stay bounded."""
