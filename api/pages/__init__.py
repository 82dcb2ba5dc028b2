"""What all pages share: layout, words, forms, files, headers, sessions of a browser.

The doors themselves stand beside it: `api/portal/` for clients, `api/board/` for staff, `api/identity/` for signing in.
Pages are rendered here on the server; a page works without JavaScript, and better with it.
"""
