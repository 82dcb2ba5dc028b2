"""The documentation page at /docs, from files that are installed: it must open where no other network is reached."""

from __future__ import annotations

from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

FILES = "/docs/files"


def install(app: FastAPI) -> None:
    """Adds the page and its files; nobody needs a key to read about the API."""

    async def page(_: Request) -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=app.openapi_url or "/openapi.json",
            title=f"{app.title}: API",
            swagger_js_url=f"{FILES}/swagger-ui-bundle.js",
            swagger_css_url=f"{FILES}/swagger-ui.css",
            swagger_favicon_url=f"{FILES}/favicon.png",
            swagger_ui_parameters={"docExpansion": "list", "defaultModelsExpandDepth": -1},
        )

    app.mount(FILES, StaticFiles(directory=str(files("fastapi_offline") / "static")), name="docs-files")
    app.add_route("/docs", page, include_in_schema=False)
