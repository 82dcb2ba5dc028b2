"""Mails that come in, by an SMTP door that any mail server can forward to. Each joins its ticket, opens one or is kept.

`door` speaks SMTP, `taking` leads a mail through the others: `reading` (what it says), `loops` and `bounces` (what a
machine wrote), `which_ticket`, `who` and `proof` (whether the sender is whom it says), `carrying` (its files).
`listing` shows operations what came in. No mail is lost: what nobody can be found for is kept, and a mail is
acknowledged when it is durable and never before.
"""
