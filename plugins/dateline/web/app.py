"""The pages as an application for Airflow's API server; its caller says who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import HTMLResponse, Response

from dateline.errors import DatelineError
from dateline.web import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline.store import Database

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def create_app(open_database: Callable[[], Database], guard: Callable[..., Any]) -> FastAPI:
    """The application.

    Args:
        open_database: gives the warehouse; may raise a DatelineError, which the page then shows.
        guard: a dependency that refuses who is not logged in; it guards every route.
    """
    app = FastAPI(
        title="Dateline",
        dependencies=[Depends(guard)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )

    @app.get("/")
    def news() -> HTMLResponse:
        try:
            with open_database() as database:
                return HTMLResponse(page.render(page.read(database)), headers=HEADERS)
        except DatelineError as error:
            shown = page.render_problem(page.problem(error))
            return HTMLResponse(shown, status_code=503, headers=HEADERS)

    @app.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in page.ASSETS:
            raise HTTPException(404)
        return Response(page.asset(name), media_type=page.ASSETS[name])

    return app
