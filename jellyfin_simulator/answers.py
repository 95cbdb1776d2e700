"""The forms in which Jellyfin answers, good news and bad."""

from http import HTTPStatus
import json
from typing import Any, Final

from aiohttp import web

type Json = dict[str, Any]

_PROBLEM_TYPES: Final = {400: "15.5.1", 404: "15.5.5", 403: "15.5.4", 415: "15.5.16"}
LOADING_TEXT: Final = "Jellyfin Server is loading. Please try again shortly."


class RefusalError(Exception):
    """A request ends here with this answer."""

    def __init__(self, response: web.Response) -> None:
        """Keep the answer."""
        super().__init__(response.status)
        self.response = response


def dumps(data: object) -> str:
    """Return the JSON without blanks, as .NET writes it."""
    return json.dumps(data, separators=(",", ":"))


def ok(data: object) -> web.Response:
    """Answer 200 with JSON."""
    return web.Response(text=dumps(data), content_type="application/json", charset="utf-8")


def no_content() -> web.Response:
    """Answer 204."""
    return web.Response(status=204)


def empty(status: int) -> web.Response:
    """Answer with nothing but a status, as the framework below the controllers does."""
    return web.Response(status=status)


def json_string(status: int, text: str) -> web.Response:
    """Answer with a JSON string, as controllers that explain themselves do."""
    return web.Response(status=status, text=dumps(text), content_type="application/json", charset="utf-8")


def plain(status: int, text: str) -> web.Response:
    """Answer with plain text; like its pages, Jellyfin's texts name no charset."""
    return web.Response(status=status, body=text.encode(), content_type="text/plain")


def error_text(status: int) -> web.Response:
    """Answer as the exception handler does."""
    return plain(status, "Error processing request.")


def html(status: int, text: str, *, retry_after: str | None = None) -> web.Response:
    """Answer with a page for people."""
    response = web.Response(status=status, body=text.encode(), content_type="text/html")
    if retry_after is not None:
        response.headers["Retry-After"] = retry_after
    return response


def problem(status: int, errors: dict[str, list[str]] | None = None) -> web.Response:
    """Answer with ProblemDetails; `errors` is what model validation adds."""
    body: Json = {
        "type": f"https://tools.ietf.org/html/rfc9110#section-{_PROBLEM_TYPES.get(status, '15.5')}",
        "title": "One or more validation errors occurred." if errors else HTTPStatus(status).phrase,
        "status": status,
    }
    if errors:
        body["errors"] = errors
    body["traceId"] = f"00-{'0' * 31}1-{'0' * 15}1-00"
    return web.Response(status=status, text=dumps(body), content_type="application/json", charset="utf-8")


def page(items: list[Json], *, total: int | None = None, start: int = 0) -> web.Response:
    """Answer with a query result."""
    return ok({"Items": items, "TotalRecordCount": len(items) if total is None else total, "StartIndex": start})


def camel_case(data: object) -> object:
    """Return the same JSON with camelCase property names."""
    if isinstance(data, dict):
        return {key[:1].lower() + key[1:]: camel_case(value) for key, value in data.items()}
    if isinstance(data, list):
        return [camel_case(value) for value in data]
    return data
