"""Who looks at a page that everybody may see: somebody who is signed in, or nobody we know."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.access.auth import Principal, of_session
from api.access.browser import Browsers
from api.context import Now


async def visitor(request: Request, now: Now) -> Principal | None:
    """The principal of the browser's session; None without one. Such an operation must check the origin itself."""
    browsers: Browsers = request.app.state.browsers
    session = await browsers.session(request, now)
    if session is None:
        return None
    found = await of_session(request, session, now)
    request.state.principal = found
    return found


Visitor = Annotated[Principal | None, Depends(visitor)]
