"""Letting people in and throwing them out, with what that does to their sessions."""

from enum import StrEnum

from .accounts import Accounts, Caller, Device, SimUser
from .activity import ActivityLog
from .clock import Clock
from .sessions import Sessions, SimSession


class Refusal(StrEnum):
    """Why nobody was let in."""

    WRONG_PASSWORD = "wrong_password"
    NOT_ALLOWED = "not_allowed"


class Doorman:
    """Signs in and out."""

    def __init__(self, clock: Clock, accounts: Accounts, sessions: Sessions, activity: ActivityLog) -> None:
        """Guard that door."""
        self._clock = clock
        self._accounts = accounts
        self._sessions = sessions
        self._activity = activity

    def check_password(self, name: str, password: str) -> SimUser | Refusal:
        """Return the user, or why not; a wrong password counts towards the lockout."""
        user = self._accounts.by_name(name)
        if user is None:
            return Refusal.WRONG_PASSWORD
        if user.password != password:
            user.failed_sign_ins += 1
            allowed = user.policy["LoginAttemptsBeforeLockout"]
            if allowed > 0 and user.failed_sign_ins >= allowed:
                user.policy["IsDisabled"] = True
            return Refusal.WRONG_PASSWORD
        user.failed_sign_ins = 0
        return Refusal.NOT_ALLOWED if user.is_disabled or not user.policy["EnableRemoteAccess"] else user

    def may_start_session(self, user: SimUser, device_id: str) -> bool:
        """Return whether the user has a session left and may use that device."""
        if not user.policy["EnableAllDevices"] and device_id not in user.policy["EnabledDevices"]:
            return False
        limit = user.policy["MaxActiveSessions"]
        return not 0 < limit <= len(self._sessions.of_user(user))

    def sign_in(self, user: SimUser, caller: Caller) -> tuple[Device, SimSession]:
        """Issue a token; earlier ones of this user on this device die, and every session on the device ends."""
        if any(device.device_id == caller.device_id for device in self._accounts.tokens_of(user)):
            self._sessions.end_device(caller.device_id)
        device = self._accounts.add_device(
            user,
            client=caller.client,
            device_id=caller.device_id,
            device=caller.device,
            version=caller.version,
            moment=self._clock.time(),
        )
        user.last_login = self._clock.time()
        session = self._sessions.see(
            Caller(caller.client, caller.device, caller.device_id, caller.version, device.token, user)
        )
        self._activity.add("AuthenticationSucceeded", f"{user.name} successfully authenticated", user.user_id)
        return device, session

    def revoke(self, device: Device) -> None:
        """Let a token die; sockets of its device are closed."""
        self._accounts.devices.pop(device.token, None)
        self._sessions.end_device(device.device_id)

    def revoke_user(self, user: SimUser, *, keep: str | None = None) -> None:
        """Let all tokens of a user die, but for the one that is kept."""
        for device in self._accounts.tokens_of(user):
            if device.token != keep:
                self.revoke(device)

    def revoke_token(self, token: str) -> None:
        """Let a token die; the sockets of an API key outlive it."""
        if self._accounts.api_keys.pop(token, None) is None and (device := self._accounts.devices.get(token)):
            self.revoke(device)
