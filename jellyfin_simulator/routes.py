"""Every route of the server."""

from . import (
    rest_items,
    rest_library,
    rest_quick_connect,
    rest_sessions,
    rest_startup,
    rest_subtitles,
    rest_system,
    rest_users,
)
from .routing import Router


def build_router(*, is_twelve: bool) -> Router:
    """Return the router of that version."""
    return Router(
        (
            *rest_system.ROUTES,
            *rest_startup.ROUTES,
            *rest_users.ROUTES,
            *rest_quick_connect.routes(is_twelve=is_twelve),
            *rest_sessions.ROUTES,
            *rest_items.ROUTES,
            *rest_library.ROUTES,
            *rest_subtitles.ROUTES,
        )
    )
