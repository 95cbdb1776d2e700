"""What the signed-in user may do, as far as it makes a difference here."""

from collections.abc import Iterable
from enum import StrEnum

from .jellyfin import User


class Right(StrEnum):
    """A right whose loss somebody would notice; which libraries the user sees is another matter."""

    ADMINISTRATOR = "administrator"
    MANAGE_SUBTITLES = "manage_subtitles"


def rights_of(user: User) -> frozenset[Right]:
    """Return the rights that a user has."""
    held = {Right.ADMINISTRATOR: user.is_administrator, Right.MANAGE_SUBTITLES: user.can_manage_subtitles}
    return frozenset(right for right, is_held in held.items() if is_held)


def named_rights(names: Iterable[str]) -> frozenset[Right]:
    """Return the rights of these names; names that mean nothing here are left out."""
    wanted = frozenset(names)
    return frozenset(right for right in Right if right.value in wanted)
