"""What a person does in the browser, as requests: the first user, signing in, dialogs, states."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final, Self

import aiohttp

from .socket import HomeAssistantApiError, HomeAssistantSocket

_POLL: Final = 0.1


class Dialog(StrEnum):
    """The kinds of dialogs, by where they are; they all work in the same way."""

    CONFIG = "/api/config/config_entries/flow"
    OPTIONS = "/api/config/config_entries/options/flow"
    REPAIR = "/api/repairs/issues/fix"


class HomeAssistantApi:
    """Talks to one Home Assistant; `async with` closes what it opened."""

    def __init__(self, url: str, *, token: str | None = None) -> None:
        """Choose whom to talk to; nothing is sent yet."""
        self.url = url
        self.token = token
        self._session = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        """Return the API."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def rest(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request and return the JSON of the answer; anything but a success raises."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self._session.request(method, f"{self.url}{path}", json=body, headers=headers) as response:
            if not response.ok:
                raise HomeAssistantApiError(
                    f"{method} {path}: {response.status} {await response.text()}", response.status
                )
            return await response.json(content_type=None)

    async def read(self, path: str) -> tuple[str, bytes]:
        """Return type and content of something that is no JSON."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self._session.get(f"{self.url}{path}", headers=headers) as response:
            if not response.ok:
                raise HomeAssistantApiError(f"GET {path}: {response.status}", response.status)
            return response.content_type, await response.read()

    async def socket(self) -> HomeAssistantSocket:
        """Open a websocket; the caller closes it."""
        assert self.token is not None
        return await HomeAssistantSocket.connect(self._session, self.url, self.token)

    async def is_onboarded(self) -> bool:
        """Say whether there is a user already: Home Assistant stops answering this once all is done."""
        try:
            steps = await self.rest("GET", "/api/onboarding")
        except HomeAssistantApiError as err:
            if err.status == HTTPStatus.NOT_FOUND:
                return True
            raise
        return bool(next(step["done"] for step in steps if step["step"] == "user"))

    async def onboard(self, username: str, password: str, *, name: str = "Demo", language: str = "en") -> None:
        """Make the first user, who owns the place, and sign in."""
        person = {"name": name, "username": username, "password": password, "language": language}
        answer = await self.rest("POST", "/api/onboarding/users", {"client_id": self._client_id, **person})
        await self._take_token(answer["auth_code"])

    async def log_in(self, username: str, password: str) -> None:
        """Sign in as a user who exists."""
        page = {"client_id": self._client_id, "redirect_uri": self._client_id, "handler": ["homeassistant", None]}
        flow = await self.rest("POST", "/auth/login_flow", page)
        person = {"client_id": self._client_id, "username": username, "password": password}
        answer = await self.rest("POST", f"/auth/login_flow/{flow['flow_id']}", person)
        if answer["type"] != "create_entry":
            raise HomeAssistantApiError(f"Not signed in: {answer.get('errors')}")
        await self._take_token(answer["result"])

    async def long_lived_token(self, name: str) -> str:
        """Return a token that outlives the half hour of an ordinary one; the name must be new."""
        async with await self.socket() as socket:
            return str(await socket.command("auth/long_lived_access_token", client_name=name, lifespan=365))

    async def wait_until_running(self, timeout: float = 120.0) -> None:
        """Wait until everything has started and automations listen."""
        async with asyncio.timeout(timeout):
            while (await self.rest("GET", "/api/core/state"))["state"] != "RUNNING":
                await asyncio.sleep(_POLL)

    async def flow(
        self,
        handler: str,
        answers: Mapping[str, Mapping[str, Any]],
        dialog: Dialog = Dialog.CONFIG,
        **context: Any,
    ) -> dict[str, Any]:
        """Go through a dialog, one answer per step; return how it ended.

        The handler is the integration, or for its options the id of the config entry. The answer to a menu is
        `{"next_step_id": …}`. A step that is shown again because of an error ends it too: the form with its errors is
        returned; so does a step that waits for something outside of the dialog.
        """
        page: dict[str, Any] = await self.rest("POST", dialog, {"handler": handler, **context})
        return await self.go_on(page, answers, dialog)

    async def go_on(
        self, page: dict[str, Any], answers: Mapping[str, Mapping[str, Any]], dialog: Dialog = Dialog.CONFIG
    ) -> dict[str, Any]:
        """Go on with a dialog from one of its pages, in the same way."""
        while page["type"] == "menu" or (page["type"] == "form" and not page["errors"]):
            page = await self.answer(page["flow_id"], answers[page["step_id"]], dialog)
        return page

    async def page(self, flow_id: str) -> dict[str, Any]:
        """Return the page that a dialog about a config entry shows now."""
        page: dict[str, Any] = await self.rest("GET", f"{Dialog.CONFIG}/{flow_id}")
        return page

    async def answer(self, flow_id: str, values: Mapping[str, Any], dialog: Dialog = Dialog.CONFIG) -> dict[str, Any]:
        """Submit one page of a dialog and return the next."""
        page: dict[str, Any] = await self.rest("POST", f"{dialog}/{flow_id}", dict(values))
        return page

    async def waiting_flows(self, handler: str) -> list[dict[str, Any]]:
        """Return the dialogs of an integration that wait for somebody and that nobody has opened."""
        async with await self.socket() as socket:
            flows = await socket.command("config_entries/flow/progress")
        return [flow for flow in flows if flow["handler"] == handler]

    async def issues(self, domain: str) -> list[dict[str, Any]]:
        """Return the repair issues of an integration."""
        async with await self.socket() as socket:
            answer = await socket.command("repairs/list_issues")
        return [issue for issue in answer["issues"] if issue["domain"] == domain]

    async def entries(self, domain: str) -> list[dict[str, Any]]:
        """Return an integration's config entries."""
        entries: list[dict[str, Any]] = await self.rest("GET", f"/api/config/config_entries/entry?domain={domain}")
        return entries

    async def state(self, entity_id: str) -> dict[str, Any]:
        """Return an entity's state with its attributes."""
        state: dict[str, Any] = await self.rest("GET", f"/api/states/{entity_id}")
        return state

    async def entity_ids(self, domain: str) -> dict[str, str]:
        """Return an integration's entities: translation key → entity id (of one entry, if there are several)."""
        async with await self.socket() as socket:
            registry = await socket.command("config/entity_registry/list")
        return {
            entity["translation_key"]: entity["entity_id"]
            for entity in registry
            if entity["platform"] == domain and entity["translation_key"]
        }

    @property
    def _client_id(self) -> str:
        return f"{self.url}/"

    async def _take_token(self, code: str) -> None:
        form = {"grant_type": "authorization_code", "code": code, "client_id": self._client_id}
        async with self._session.post(f"{self.url}/auth/token", data=form) as response:
            self.token = (await response.json())["access_token"]
