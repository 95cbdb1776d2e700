"""What makes a difference of what a user may do."""

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import User
from custom_components.jellyfin_subtitles.engine.rights import Right, named_rights, rights_of


def a_user(**policy: bool) -> User:
    """Return a user with these rights, as the server tells them."""
    user = User.from_dict({"Id": "a" * 32, "Name": "alex", "Policy": policy})
    assert user is not None
    return user


@pytest.mark.parametrize(
    ("policy", "rights"),
    [
        ({}, set()),
        ({"EnableAllFolders": True}, set()),
        ({"EnableSubtitleManagement": True}, {Right.MANAGE_SUBTITLES}),
        ({"IsAdministrator": True}, {Right.ADMINISTRATOR, Right.MANAGE_SUBTITLES}),
    ],
)
def test_an_administrator_may_manage_subtitles_too_and_libraries_are_no_right(
    policy: dict[str, bool], rights: set[Right]
) -> None:
    assert rights_of(a_user(**policy)) == rights


def test_rights_are_written_down_by_name_and_unknown_names_mean_nothing() -> None:
    assert named_rights(["manage_subtitles", "fly"]) == {Right.MANAGE_SUBTITLES}
    assert named_rights([]) == frozenset()
    assert named_rights(right.value for right in Right) == frozenset(Right)
