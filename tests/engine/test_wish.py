"""What people write into a list."""

from urllib.parse import quote

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.wish import LONGEST, Wish, wish_from


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("Night Ferry", Wish("Night Ferry")),
        ("  Night Ferry (2021)  [de] ", Wish("Night Ferry (2021)", languages=("de",))),
        ("Night Ferry[pt-BR]", Wish("Night Ferry", languages=("pt-BR",))),
        ("Night Ferry [German, forced, en]", Wish("Night Ferry", languages=("German;forced", "en"))),
        ("Night Ferry [de, sdh, fr]", Wish("Night Ferry", languages=("de;sdh", "fr"))),
        ("Night Ferry [forced, de]", Wish("Night Ferry", languages=("forced", "de"))),
        ("Night Ferry [de, no sdh, either]", Wish("Night Ferry", languages=("de;no_sdh;either",))),
        ("Harbor Lights S01E02 [de]", Wish("Harbor Lights", 1, 2, ("de",))),
        ("Harbor Lights / s1 e2", Wish("Harbor Lights", 1, 2)),
        ("Harbor Lights · S01E02 · The Pier [de]", Wish("Harbor Lights", 1, 2, ("de",))),
        ("Harbor Lights S01E02-E03 · The Pier", Wish("Harbor Lights", 1, 2)),
        ("Harbor Lights (2019): S10E112", Wish("Harbor Lights (2019)", 10, 112)),
        ("Harbor Lights S02 [de]", Wish("Harbor Lights", 2, languages=("de",))),
        ("Harbor Lights S02 Extras", Wish("Harbor Lights S02 Extras")),
        ("S01E02", Wish("S01E02")),
        ("Class1E2", Wish("Class1E2")),
        ("Blade Runner 2049", Wish("Blade Runner 2049")),
        ("1917 [en]", Wish("1917", languages=("en",))),
    ],
)
def test_a_line_says_what_is_wanted(line: str, wish: Wish) -> None:
    assert wish_from(line) == wish


@pytest.mark.parametrize(
    "line",
    ["", "  ", "[de]", "Night Ferry []", "Night Ferry [ , ]", "Night [de] Ferry", "Ferry [de", "x" * (LONGEST + 1)],
)
def test_what_nobody_can_read_is_no_wish(line: str) -> None:
    assert wish_from(line) is None


def test_a_title_may_be_long_and_stays_an_address_that_every_proxy_takes() -> None:
    title = "\N{DESERET CAPITAL LETTER LONG I}" * LONGEST
    assert wish_from(title) == Wish(title)
    assert len(quote(title)) < 4096


def test_a_season_and_an_episode_are_parts() -> None:
    wishes = [Wish("Harbor Lights", 1, 2), Wish("Harbor Lights", 0), Wish("Harbor Lights")]
    assert [wish.is_part for wish in wishes] == [True, True, False]


@given(
    name=st.from_regex(r"[A-Za-z][A-Za-z0-9' ]{0,20}[A-Za-z]", fullmatch=True),
    number=st.tuples(st.integers(0, 99), st.integers(1, 999)),
    title=st.from_regex(r"[A-Za-z ]{0,20}", fullmatch=True),
)
def test_an_episode_is_read_as_it_is_shown(name: str, number: tuple[int, int], title: str) -> None:
    season, episode = number
    assert wish_from(f"{name} S{season:02}E{episode:02} · {title} [de]") == Wish(name, season, episode, ("de",))


@given(st.text())
def test_whatever_is_written_does_no_harm(line: str) -> None:
    wish = wish_from(line)
    assert wish is None or wish.name.strip()


@pytest.mark.parametrize(
    ("named", "name", "year", "is_meant"),
    [
        ("Night Ferry", "night  ferry", 2021, True),
        ("Night Ferry (2021)", "Night Ferry", 2021, True),
        ("Night Ferry (2021)", "Night Ferry", 2020, False),
        ("Night Ferry (2021)", "Night Ferry", None, False),
        ("Night Ferry (2021)", "Night Ferry (2021)", None, True),
        ("Night Ferry", "Night Ferry 2", None, False),
        ("amelie", "Amélie", 2001, True),
        ("Ferry", "Night Ferry", None, False),
    ],
)
def test_the_year_tells_two_of_the_same_name_apart(named: str, name: str, year: int | None, is_meant: bool) -> None:
    assert Wish(named).means(name, year) is is_meant


@pytest.mark.parametrize(
    ("wish", "number", "counts"),
    [
        (Wish("Harbor Lights", 1, 2), (1, 2, None), True),
        (Wish("Harbor Lights", 1, 2), (2, 2, None), False),
        (Wish("Harbor Lights", 1, 2), (1, 3, None), False),
        (Wish("Harbor Lights", 1, 2), (1, 1, 2), True),
        (Wish("Harbor Lights", 1, 2), (1, 1, None), False),
        (Wish("Harbor Lights", 1, 2), (1, None, None), False),
        (Wish("Harbor Lights", 1), (1, 7, None), True),
        (Wish("Harbor Lights", 1), (2, 7, None), False),
        (Wish("Harbor Lights", 0), (None, 7, None), False),
    ],
)
def test_an_episode_counts_by_its_numbers(
    wish: Wish, number: tuple[int | None, int | None, int | None], counts: bool
) -> None:
    """A file may hold several."""
    assert wish.counts(*number) is counts


def test_a_server_is_asked_for_the_name_without_the_year() -> None:
    assert (Wish("Night Ferry (2021)").term, Wish("Night Ferry").term) == ("Night Ferry", "Night Ferry")
