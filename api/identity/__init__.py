"""Signing in: by a provider (OpenID Connect), by a link in a mail, by a key; one's own sessions; keys; the audit.

One module per page or door. `entering` is the one place where a session begins. Words in `locale/fr/identity.po`,
templates in `templates/identity/`.
"""
