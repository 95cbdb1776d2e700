"""How one gets into the simulator, and how one is thrown out."""

import hashlib
import uuid

import pytest

from jellyfin_simulator import JellyfinSimulator, SimUser, TokenKind, VirtualClock
from jellyfin_simulator.authorization import parse_header

from .visitor import DEVICE_ID, Visitor, authorization

GOOD = {"Username": "ADMIN", "Pw": "secret"}


async def test_a_password_opens_the_door(
    server: JellyfinSimulator, visitor: Visitor, admin: SimUser, clock: VirtualClock
) -> None:
    """The session's id is known in advance, the dates come from the clock."""
    answer = await visitor.post("/Users/AuthenticateByName", None, GOOD)
    assert answer.status == 200
    assert answer.data["ServerId"] == server.server_id
    assert answer.data["User"]["Id"] == admin.user_id
    assert answer.data["User"]["LastActivityDate"] == "2027-01-15T08:00:00.0000000Z"
    digest = hashlib.md5("Home Assistantdevice".encode("utf-16-le"), usedforsecurity=False).digest()
    assert answer.data["SessionInfo"]["Id"] == uuid.UUID(bytes_le=digest).hex
    assert answer.headers["Date"] == "Fri, 15 Jan 2027 08:00:00 GMT"
    me = await visitor.get("/Users/Me", answer.data["AccessToken"])
    assert me.data["Name"] == "admin"


@pytest.mark.parametrize(
    ("body", "status"),
    [({"Username": "admin", "Pw": "wrong"}, 401), ({"Username": "who", "Pw": ""}, 401), ({"Username": " "}, 400)],
)
async def test_each_wrong_sign_in_has_its_status(
    visitor: Visitor, admin: SimUser, body: dict[str, str], status: int
) -> None:
    """Refused with a text, unlike a bad token."""
    answer = await visitor.post("/Users/AuthenticateByName", None, body)
    assert (answer.status, answer.text) == (status, "Error processing request.")


async def test_a_sign_in_without_a_device_is_a_bad_request(visitor: Visitor, admin: SimUser) -> None:
    """All four things about the client must be said."""
    headers = authorization(None, DeviceId="")
    assert (await visitor.ask("POST", "/Users/AuthenticateByName", body=GOOD, headers=headers)).status == 400


@pytest.mark.parametrize(
    "policy",
    [
        {"IsDisabled": True},
        {"EnableRemoteAccess": False},
        {"MaxActiveSessions": 1},
        {"EnableAllDevices": False, "EnabledDevices": ["another"]},
    ],
)
async def test_a_user_who_may_not_is_forbidden(
    server: JellyfinSimulator, visitor: Visitor, admin: SimUser, token: str, policy: dict[str, object]
) -> None:
    """Disabled, from afar, one session too many, the wrong device."""
    await visitor.post("/Sessions/Capabilities", token)
    server.set_policy(admin, **policy)
    assert (await visitor.post("/Users/AuthenticateByName", None, GOOD)).status == 403


async def test_too_many_wrong_passwords_disable_the_user(
    server: JellyfinSimulator, visitor: Visitor, admin: SimUser
) -> None:
    """From then on the right one does not help."""
    server.set_policy(admin, LoginAttemptsBeforeLockout=2)
    for _ in range(2):
        assert (await visitor.post("/Users/AuthenticateByName", None, GOOD | {"Pw": "no"})).status == 401
    assert (await visitor.post("/Users/AuthenticateByName", None, GOOD)).status == 403


async def test_a_new_sign_in_on_the_same_device_ends_the_old_one(visitor: Visitor, admin: SimUser, token: str) -> None:
    """The token dies and its socket is closed, with no message before."""
    ear = await visitor.connect(token)
    assert (await visitor.post("/Users/AuthenticateByName", None, GOOD)).status == 200
    assert await ear.ended() == 1000
    assert ear.kinds == ["ForceKeepAlive"]
    answer = await visitor.get("/System/Info", token)
    assert (answer.status, answer.text) == (401, "")


async def test_every_way_of_losing_a_token_closes_its_socket(
    server: JellyfinSimulator, visitor: Visitor, admin: SimUser
) -> None:
    """Logged out, device deleted, disabled, user deleted, revoked by hand."""
    key = server.add_api_key("Key")

    async def lose(number: int, user: SimUser, token: str) -> None:
        match number:
            case 0:
                assert (await visitor.post("/Sessions/Logout", token)).status == 204
            case 1:
                assert (await visitor.ask("DELETE", "/Devices", key, id=DEVICE_ID)).status == 204
            case 2:
                policy = {**user.policy, "IsDisabled": True}
                assert (await visitor.post(f"/Users/{user.user_id}/Policy", key, policy)).status == 204
            case 3:
                assert (await visitor.ask("DELETE", f"/Users/{user.user_id}", key)).status == 204
            case 4:
                server.revoke_user(user)
            case 5:
                server.revoke_token(token)

    for number in range(6):
        user = server.add_user(f"user {number}", "")
        token = server.issue_token(user, DEVICE_ID)
        ear = await visitor.connect(token)
        await lose(number, user, token)
        assert await ear.ended() == 1000
        assert (await visitor.get("/System/Info", token)).status == 401
    assert (await visitor.ask("DELETE", "/Devices", key, id="nobody's")).status == 404


async def test_a_changed_password_spares_the_callers_own_token(
    server: JellyfinSimulator, visitor: Visitor, admin: SimUser, token: str
) -> None:
    """All others of that user die."""
    other = server.issue_token(admin, "other")
    body = {"CurrentPw": "secret", "NewPw": "new"}
    assert (await visitor.post("/Users/Password", token, body | {"CurrentPw": "no"})).status == 403
    assert (await visitor.post("/Users/Password", token, body)).status == 204
    assert (await visitor.get("/Users/Me", token)).status == 200
    assert (await visitor.get("/Users/Me", other)).status == 401
    assert admin.password == "new"
    assert (await visitor.post(f"/Users/{admin.user_id}/Password", token, {"ResetPassword": True})).status == 403
    assert (await visitor.post(f"/Users/{'0' * 32}/Password", token, body)).status == 404


async def test_the_sockets_of_an_api_key_outlive_it(server: JellyfinSimulator, visitor: Visitor, token: str) -> None:
    """REST is closed to it at once; logging out does nothing to a key."""
    assert (await visitor.post("/Auth/Keys", token, app="Key")).status == 204
    assert (await visitor.post("/Auth/Keys", token)).status == 400
    [entry] = (await visitor.get("/Auth/Keys", token)).data["Items"]
    key = entry["AccessToken"]
    ear = await visitor.connect(key)
    assert (await visitor.post("/Sessions/Logout", key)).status == 204
    assert (await visitor.get("/System/Info", key)).status == 200
    assert (await visitor.ask("DELETE", f"/Auth/Keys/{key}", token)).status == 204
    assert (await visitor.get("/System/Info", key)).status == 401
    assert not ear.socket.closed
    await ear.keep_alive()


async def test_an_api_key_is_nobody(server: JellyfinSimulator, visitor: Visitor) -> None:
    """It may do everything that needs no user."""
    key = server.add_api_key("Key")
    assert (await visitor.get("/Users/Me", key)).status == 400
    assert (await visitor.get("/UserViews", key)).status == 400
    assert (await visitor.get(f"/Items/{'0' * 32}", key)).status == 400
    assert (await visitor.get("/Library/VirtualFolders", key)).status == 200


async def test_a_plain_user_may_look_and_not_touch(server: JellyfinSimulator, visitor: Visitor) -> None:
    """What needs an administrator is 403 with an empty body."""
    guest = server.add_user("guest", "")
    token = server.issue_token(guest, DEVICE_ID)
    for path in ("/System/Info", "/Users", "/System/Configuration", "/Users/Me", "/Localization/Cultures"):
        assert (await visitor.get(path, token)).status == 200
    for path in ("/Library/VirtualFolders", "/Auth/Keys", "/ScheduledTasks"):
        answer = await visitor.get(path, token)
        assert (answer.status, answer.text) == (403, "")
    other = server.add_user("other", "")
    assert (await visitor.get("/Items", token, userId=other.user_id)).status == 403


async def test_users_are_listed_and_made(
    server: JellyfinSimulator, visitor: Visitor, admin: SimUser, token: str
) -> None:
    """The sign-in page shows neither hidden nor disabled ones."""
    server.set_policy(admin, IsHidden=True)
    answer = await visitor.post("/Users/New", token, {"Name": "Zoe", "Password": "pw"})
    assert answer.data["Policy"]["IsAdministrator"] is False
    assert (await visitor.post("/Users/New", token, {"Name": "zoe"})).status == 400
    assert [user["Name"] for user in (await visitor.get("/Users", token)).data] == ["admin", "Zoe"]
    assert [user["Name"] for user in (await visitor.get("/Users", token, isHidden=True)).data] == ["admin"]
    assert (await visitor.get("/Users", token, isDisabled=True)).data == []
    assert [user["Name"] for user in (await visitor.get("/Users/Public")).data] == ["Zoe"]
    assert (await visitor.get(f"/Users/{admin.user_id}", token)).data["Name"] == "admin"
    assert (await visitor.get(f"/Users/{'0' * 32}", token)).status == 404
    assert (await visitor.get("/Users/nonsense", token)).status == 400
    for method, path in (("DELETE", ""), ("POST", "/Policy")):
        assert (await visitor.ask(method, f"/Users/{'0' * 32}{path}", token, body={})).status == 404
    [device] = (await visitor.get("/Devices", token)).data["Items"]
    assert device["Id"] == DEVICE_ID


async def test_old_ways_of_showing_a_token_end_with_12(server: JellyfinSimulator, visitor: Visitor, token: str) -> None:
    """Unless an administrator allows them again; `ApiKey` in the query always works."""
    expected = 401 if server.core.is_twelve else 200
    for name in ("X-Emby-Token", "X-MediaBrowser-Token"):
        answer = await visitor.ask("GET", "/System/Info", headers={"Authorization": "", name: token})
        assert answer.status == expected
    for header in ("Authorization", "X-Emby-Authorization"):
        headers = {"Authorization": "", header: f"Emby Token={token}"}
        assert (await visitor.ask("GET", "/System/Info", headers=headers)).status == expected
    assert (await visitor.get("/System/Info", api_key=token)).status == expected
    assert (await visitor.get("/System/Info", aPiKeY=token)).status == 200
    assert (await visitor.get("/emby/System/Info", token)).status == (404 if server.core.is_twelve else 200)
    server.core.configuration.enable_legacy_authorization = True
    assert (await visitor.get("/System/Info", api_key=token)).status == 200


@pytest.mark.parametrize(
    ("header", "pairs"),
    [
        ("""MediaBrowser x="123,123",   y="123",z="'hi'\"""", {"x": "123,123", "y": "123", "z": "'hi'"}),
        ("mediabrowser param=%22%Hörbücher", {"param": '"%Hörbücher'}),
        ("MediaBrowser Device=Home+Assistant, nothing", {"Device": "Home Assistant"}),
        ('Basic Token="x"', {}),
    ],
)
def test_the_header_is_read_as_the_servers_own_tests_say(header: str, pairs: dict[str, str]) -> None:
    """Quotes are optional, values are URL-decoded, the scheme's case does not matter."""
    assert parse_header(header, legacy=False) == pairs


async def test_a_code_lets_a_device_in(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, admin: SimUser, token: str
) -> None:
    """With a key and a user's id; the older token of the same device dies when the code is allowed."""
    key = server.add_api_key("Key")
    assert (await visitor.get("/QuickConnect/Enabled")).data is True
    request = (await visitor.post("/QuickConnect/Initiate")).data
    assert request["Authenticated"] is False
    assert (await visitor.get("/QuickConnect/Connect", secret="x")).data == "Unknown secret"
    body = {"Secret": request["Secret"]}
    assert (await visitor.post("/Users/AuthenticateWithQuickConnect", None, body)).status == 404
    authorize = "/QuickConnect/Authorize"
    assert (await visitor.post(authorize, key, code=request["Code"])).status == 400
    assert (await visitor.post(authorize, key, code="nothing", userId=admin.user_id)).status == 404
    ear = await visitor.connect(token)
    assert (await visitor.post(authorize, key, code=request["Code"], userId=admin.user_id)).data is True
    assert await ear.ended() == 1000
    assert (await visitor.post(authorize, key, code=request["Code"], userId=admin.user_id)).status == 500
    assert (await visitor.get("/QuickConnect/Connect", secret=request["Secret"])).data["Authenticated"] is True
    answers = [await visitor.post("/Users/AuthenticateWithQuickConnect", None, body) for _ in range(2)]
    assert answers[0].data["AccessToken"] == answers[1].data["AccessToken"]
    assert (await visitor.post("/Users/AuthenticateWithQuickConnect", None, {})).status == 400
    await clock.advance(661)
    assert (await visitor.post("/Users/AuthenticateWithQuickConnect", None, body)).status == 404


async def test_a_plain_user_allows_a_code_only_for_itself(
    server: JellyfinSimulator, visitor: Visitor, admin: SimUser
) -> None:
    """Naming somebody else is 403, one session too many as well."""
    guest = server.add_user("guest", "")
    token = server.issue_token(guest, "other")
    code = (await visitor.post("/QuickConnect/Initiate")).data["Code"]
    assert (await visitor.post("/QuickConnect/Authorize", token, code=code, userId=admin.user_id)).status == 403
    server.set_policy(guest, EnableAllDevices=False)
    assert (await visitor.post("/QuickConnect/Authorize", token, code=code)).status == 403
    server.set_policy(guest, EnableAllDevices=True)
    assert (await visitor.post("/QuickConnect/Authorize", token, code=code)).status == 200
    expected = 405 if server.core.is_twelve else 200
    assert (await visitor.get("/QuickConnect/Initiate")).status == expected


async def test_quick_connect_can_be_off(server: JellyfinSimulator, visitor: Visitor, token: str) -> None:
    """Every step says 401, but a client that says nothing of itself is a bad request first."""
    server.core.configuration.quick_connect_available = False
    assert (await visitor.get("/QuickConnect/Enabled")).data is False
    assert (await visitor.post("/QuickConnect/Initiate")).data == "Quick connect is disabled"
    headers = authorization(None, Client="")
    assert (await visitor.ask("POST", "/QuickConnect/Initiate", headers=headers)).status == 400
    assert (await visitor.get("/QuickConnect/Connect", secret="x")).status == 401
    assert (await visitor.post("/QuickConnect/Authorize", token, code="1")).status == 401
    assert (await visitor.post("/Users/AuthenticateWithQuickConnect", None, {"Secret": "x"})).status == 401


async def test_the_journal_knows_what_each_request_showed(
    server: JellyfinSimulator, visitor: Visitor, token: str
) -> None:
    """None, a user's token, a key, or something unknown; with status and size."""
    for shown in (None, token, server.add_api_key("Key"), "f" * 32):
        await visitor.get("/System/Info", shown, x=1)
    kinds = [request.token_kind for request in server.journal.requests]
    assert kinds == [TokenKind.NONE, TokenKind.USER, TokenKind.API_KEY, TokenKind.UNKNOWN]
    assert [request.status for request in server.journal.find("GET", "/system")] == [401, 200, 200, 401]
    assert server.journal.requests[1].response_bytes > 100
    assert server.journal.requests[1].query == {"x": "1"}
    assert server.journal.count("POST") == 0
    assert server.journal.count() == 4
    server.journal.clear()
    assert server.journal.count() == 0
