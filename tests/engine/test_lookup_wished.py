"""What somebody may mean who writes a name down, and what is begun anew of what is over."""

import pytest

from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.ledger_models import Closed, RecordState
from custom_components.jellyfin_subtitles.engine.lookup import NAMED_PAGE, Lookup
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.profiles import Profile
from custom_components.jellyfin_subtitles.engine.wants import Want
from custom_components.jellyfin_subtitles.engine.wish import Wish
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, audio, subtitle, video

from .conftest import NOW

GERMAN = Household((Language("de"),))


async def wished(lookup: Lookup, wish: Wish) -> list[str]:
    """Return the ids of what a wish may mean."""
    return [item.item_id for item in await lookup.wished(wish)]


async def test_a_name_means_films_and_series_and_no_trailer(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary, shows: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2021)
    simulator.add_film(films, "Night Ferry II")
    simulator.add_film(films, "Night Ferry", path="/media/Night Ferry-trailer.mkv", extra_type="Trailer")
    series = simulator.add_series(shows, "Night Ferry", year=1990)
    assert set(await wished(lookup, Wish("night ferry"))) == {film.item_id, series.item_id}
    assert await wished(lookup, Wish("Night Ferry (1990)")) == [series.item_id]


async def test_a_part_is_one_of_a_series_of_that_name(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary, shows: SimLibrary
) -> None:
    simulator.add_film(films, "Harbor Lights")
    series = simulator.add_series(shows, "Harbor Lights")
    first, second = simulator.add_episode(series, 1, 1), simulator.add_episode(series, 1, 2, number_end=3)
    simulator.add_episode(series, 1, 4, virtual=True)
    later = simulator.add_episode(series, 2, 3)
    assert await wished(lookup, Wish("Harbor Lights", 1)) == [first.item_id, second.item_id]
    assert await wished(lookup, Wish("Harbor Lights", 1, 3)) == [second.item_id]
    assert await wished(lookup, Wish("Harbor Lights", 2, 3)) == [later.item_id]
    assert await wished(lookup, Wish("Harbor Lights", 2, 1)) == []


async def test_a_name_that_many_others_contain_is_found_page_by_page(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    for number in range(NAMED_PAGE):
        simulator.add_film(films, f"A Night Ferry {number:03}", announce=False)
    film = simulator.add_film(films, "Night Ferry", announce=False)
    simulator.journal.clear()
    assert await wished(lookup, Wish("Night Ferry")) == [film.item_id]
    assert [one.query.get("startIndex") for one in simulator.journal.requests] == ["0", "100", "200"]


def ended(item: SimItem, want: str = "de") -> Closed:
    """Return the end of what a file lacked."""
    item_id = (item.primary or item).item_id
    return Closed(item_id, item.item_id, item.name, want, "request", RecordState.NOT_FOUND, NOW)


async def test_what_is_begun_anew_is_what_each_file_still_lacks(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry", streams=(video(), audio("eng")))
    version = simulator.add_version(film, "4K", streams=(video(), audio("eng")))
    complete = simulator.add_film(films, "Day Ferry", streams=(video(), subtitle("ger")))
    gone = simulator.add_film(films, "Lost Ferry")
    simulator.remove(gone)
    ends = [ended(one) for one in (film, complete, version, gone)]
    found = await lookup.anew([*ends, ended(film, "fr;forced")], GERMAN)
    assert [(one.needs.source_id, [want.key for want in one.needs.wants]) for one in found] == [
        (film.item_id, ["de"]),
        (version.item_id, ["de"]),
        (film.item_id, ["fr;forced"]),
    ]
    assert {one.item.item_id for one in found} == {film.item_id}
    assert {one.reason for one in found} == {RequestReason.ACTION}
    assert len({one.request_id for one in found}) == 3


async def test_what_is_begun_anew_may_be_hidden_from_a_listing(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    """Fresh items hide each other."""
    fresh = [simulator.add_film(films, f"Night Ferry {number}", fresh=True) for number in range(3)]
    found = await lookup.anew([ended(one) for one in fresh], GERMAN)
    assert [one.needs.source_id for one in found] == [one.item_id for one in fresh]


@pytest.mark.parametrize(("images", "is_lacking"), [(True, False), (False, True)])
async def test_what_is_begun_anew_is_meant_as_the_profiles_have_it(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary, images: bool, is_lacking: bool
) -> None:
    film = simulator.add_film(films, "Night Ferry", streams=(video(), subtitle("ger", codec="PGSSUB")))
    household = Household(profiles=(Profile("", (Want(Language("de"), images=images),)),))
    assert bool(await lookup.anew([ended(film)], household)) is is_lacking
