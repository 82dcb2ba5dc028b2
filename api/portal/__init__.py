"""The client's door: file a ticket, follow it, answer, agree or refuse, hours, contacts, services. A module a page.

Pages ask the same functions as the API's operations do; they decide nothing and know no SQL. What a form posts is read
as the body that the API takes, and what the rules refuse is shown on the form, with what was typed.
"""

from api.portal import acting, contacts, decisions, hours, new, services, ticket, tickets

DOORS = (tickets, new, ticket, acting, decisions, hours, services, contacts)
