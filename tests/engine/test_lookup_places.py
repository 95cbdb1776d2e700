"""What an item that people ask about lacks, which may depend on its library."""

from custom_components.jellyfin_subtitles.engine.catch_up import PAGE
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.lookup import Lookup
from custom_components.jellyfin_subtitles.engine.models import Needs, Source
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.profiles import Profile
from custom_components.jellyfin_subtitles.engine.wants import Want
from jellyfin_simulator import JellyfinSimulator, SimLibrary, audio, subtitle, video

from .conftest import NOW

GERMAN = Want(Language("de"))


def particular(*libraries: SimLibrary) -> Household:
    """Return people who want German in these libraries, and nothing elsewhere."""
    return Household(profiles=(Profile("", (GERMAN,), frozenset(one.library_id for one in libraries)),))


async def test_an_item_is_described_with_what_its_files_lack(
    simulator: JellyfinSimulator, lookup: Lookup, libraries: Libraries, films: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020, streams=(video(), audio("eng"), subtitle("eng")))
    version = simulator.add_version(film, "4K", streams=(video(3840, 2160), audio("eng"), subtitle("ger")))
    item = await lookup.item(film.item_id)
    wanted = Household((Language("de"), Language("en")))

    found = lookup.assess(item, wanted)

    assert found.needs == (
        Needs(film.item_id, film.path, ("de",), ("en",), ("en",), (Want(Language("de")),)),
        Needs(version.item_id, version.path, ("en",), ("de",), ("de",), (Want(Language("en")),)),
    )
    assert found.lacking == found.needs
    assert found.item.missing_languages == ("de",)
    assert found.item.source is Source.ACTION
    assert found.item.seen_at == found.item.announced_at == NOW
    assert (found.item.library_id, found.item.library_name) == (None, None)
    english = Household((Language("en"),))
    assert [needs.source_id for needs in lookup.assess(item, english).lacking] == [version.item_id]

    (library,) = await lookup.watched()
    given = lookup.assess(item, wanted, library).item
    libraries.learn(item, library.library_id)
    learnt = lookup.assess(item, wanted).item
    assert given == learnt
    assert (learnt.library_id, learnt.library_name) == (films.library_id, "Films")


async def test_where_it_makes_a_difference_the_library_of_a_film_is_looked_for(
    simulator: JellyfinSimulator, lookup: Lookup, libraries: Libraries, films: SimLibrary, shows: SimLibrary
) -> None:
    for number in range(3):
        simulator.add_film(films, f"Other {number}")
    film = simulator.add_film(films, "Night Ferry")
    item = await lookup.item(film.item_id)
    assert not lookup.assess(item, particular(films)).lacking, "nobody knows where it is"

    await lookup.place(item, particular(films))

    assert [needs.wants for needs in lookup.assess(item, particular(films)).lacking] == [(GERMAN,)]
    assert not lookup.assess(item, particular(shows)).lacking
    simulator.journal.clear()
    await lookup.place(item, particular(films))
    assert not simulator.journal.requests, "what is known is not asked"


async def test_an_episode_is_where_its_series_is(
    simulator: JellyfinSimulator, lookup: Lookup, libraries: Libraries, films: SimLibrary, shows: SimLibrary
) -> None:
    series = simulator.add_series(shows, "Night Ferry")
    first, second = (simulator.add_episode(series, 1, number) for number in (1, 2))
    others = simulator.add_library("More", "tvshows")

    await lookup.place(await lookup.item(first.item_id), particular(shows, others))

    asked = [dict(one.query) for one in simulator.journal.requests if "includeItemTypes" in one.query]
    assert {query["includeItemTypes"] for query in asked} == {"Series"}
    assert {query["limit"] for query in asked} == {str(PAGE)}
    assert libraries.place(await lookup.item(second.item_id)) == shows.library_id


async def test_where_it_makes_no_difference_no_library_is_looked_for(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    item = await lookup.item(simulator.add_film(films, "Night Ferry").item_id)
    simulator.journal.clear()

    await lookup.place(item, Household((GERMAN.language,), profiles=(Profile("", (GERMAN,)),)))

    assert not simulator.journal.requests


async def test_a_film_in_no_library_that_can_be_seen_stays_without_one(
    simulator: JellyfinSimulator, lookup: Lookup, libraries: Libraries, films: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry")
    item = await lookup.item(film.item_id)
    simulator.add_film(simulator.add_library("Others", "movies"), "Another")
    await lookup.watched()
    simulator.remove_library(films)

    await lookup.place(item, particular(films))

    assert libraries.place(item) is None


async def test_the_library_of_a_film_is_found_however_large_it_is(
    simulator: JellyfinSimulator, lookup: Lookup, libraries: Libraries, films: SimLibrary
) -> None:
    simulator.add_many(films, PAGE)
    item = await lookup.item(simulator.add_film(films, "Night Ferry").item_id)

    await lookup.place(item, particular(films))

    assert libraries.place(item) == films.library_id


async def test_a_series_lacks_what_its_episodes_lack_where_that_is_wanted(
    simulator: JellyfinSimulator, lookup: Lookup, libraries: Libraries, films: SimLibrary, shows: SimLibrary
) -> None:
    series = simulator.add_series(shows, "Harbor Lights")
    lacking = simulator.add_episode(series, 1, 1)
    complete = simulator.add_episode(series, 1, 2, streams=(video(), subtitle("ger")))
    simulator.add_episode(series, 1, 3, virtual=True)
    item = await lookup.item(series.item_id)

    assert not any(one.lacking for one in await lookup.assessed(item, particular(films)))
    found = await lookup.assessed(item, particular(shows))

    assert [(one.item.item_id, bool(one.lacking)) for one in found] == [
        (lacking.item_id, True),
        (complete.item_id, False),
    ]
