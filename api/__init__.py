"""The HTTP API (`/v1`): a room for each subject. It translates; it decides nothing and carries out nothing.

Commands go to the ticket's workflow through `engine`, reads come from `store`; the API never writes both.
May import domain, workflows, store, agreements, runtime; never activities or cli.
"""
