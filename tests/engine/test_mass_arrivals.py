"""More at once than anybody would call news: it is announced, the server is spared, and nobody asks by himself."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine import flood, pipeline
from custom_components.jellyfin_subtitles.engine.models import Announcement, RequestReason
from custom_components.jellyfin_subtitles.engine.policy import Household
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary
from jellyfin_simulator.streams import audio, subtitle, video

from .asking import GERMAN
from .corridor import Corridor, corridor
from .test_pipeline_floods import LONG

# So many are looked into at once, and so many are still news.
BATCH = 2
MASS = 4


@pytest.fixture(autouse=True)
def _soon_a_mass() -> Iterator[None]:
    with patch.object(flood, "MASS", MASS), patch.object(pipeline, "BATCH", BATCH):
        yield


@pytest.fixture(name="films")
async def _films(simulator: JellyfinSimulator) -> SimLibrary:
    return simulator.add_library("Films", "movies")


def arrive(simulator: JellyfinSimulator, films: SimLibrary, count: int) -> list[SimItem]:
    """Let films arrive."""
    return [simulator.add_film(films, f"Film {number}", year=2020) for number in range(count)]


async def announced(house: Corridor, items: list[SimItem], *also_named: SimItem) -> dict[str, Announcement]:
    """Let one message name all of these, and wait until they are announced."""
    house.see(*[item.item_id for item in (*items, *also_named)])
    await house.until(lambda: house.pipeline.pending == 0 and not house.known.interrupted)
    await house.pipeline.drain()
    said = {item.item_id: item for batch in house.batches for item in batch.items}
    assert (len(said), house.said) == (len(items), [])
    return said


def asked_in_full(simulator: JellyfinSimulator) -> list[str]:
    """Return the ids of which the files were looked up, in the order of the requests."""
    queries = [request.query for request in simulator.journal.requests if request.path == "/Items"]
    return [item_id for query in queries if "MediaSources," in query["fields"] for item_id in query["ids"].split(",")]


async def test_it_asks_for_nothing(simulator: JellyfinSimulator, films: SimLibrary) -> None:
    async with corridor(simulator, flood=LONG, household=GERMAN) as house:
        items = arrive(simulator, films, MASS + 1)
        await announced(house, items)
        assert (house.requests.mass, house.requested) == (MASS + 1, [])
        house.pipeline.removed([items[0].item_id])
        assert house.requests.mass == MASS


async def test_no_more_files_are_looked_into_than_would_have_been_news(
    simulator: JellyfinSimulator, films: SimLibrary
) -> None:
    async with corridor(simulator, flood=LONG, household=GERMAN) as house:
        items = arrive(simulator, films, MASS + 5)
        said = await announced(house, items)
    assert asked_in_full(simulator) == [item.item_id for item in items[:MASS]]
    assert all(one.complete for one in said.values())
    assert [said[item.item_id].missing_languages for item in items] == [("de",)] * MASS + [()] * 5
    assert [said[item.item_id].path for item in items] == [item.path for item in items]


async def test_what_the_short_answer_leaves_open_is_read_in_full(
    simulator: JellyfinSimulator, films: SimLibrary
) -> None:
    async with corridor(simulator, flood=LONG, household=GERMAN) as house:
        items = arrive(simulator, films, MASS)
        plain = simulator.add_film(films, "Plain", year=2020)
        placeholder = simulator.add_film(films, "Placeholder", year=2020, probed=False, is_placeholder=True)
        double = simulator.add_film(films, "Double", year=2020)
        version = simulator.add_version(double, "4K")
        said = await announced(house, [*items, plain, double, placeholder], version)
        assert not said[placeholder.item_id].complete
        assert version.item_id in house.known, "it came together with the other file of the film"
    assert {placeholder.item_id, double.item_id} <= set(asked_in_full(simulator)[MASS:])
    assert plain.item_id not in asked_in_full(simulator)


async def test_what_is_still_looked_into_is_waited_for(simulator: JellyfinSimulator, films: SimLibrary) -> None:
    async with corridor(simulator, flood=LONG, household=GERMAN) as house:
        items = arrive(simulator, films, MASS)
        late = simulator.add_film(films, "Late", year=2020, probed=False)
        house.see(*[item.item_id for item in (*items, late)])
        await house.until(lambda: asked_in_full(simulator).count(late.item_id) > 1)
        simulator.probe(late)
        await house.until(lambda: house.pipeline.pending == 0)
        said = {item.item_id: item for batch in house.batches for item in batch.items}
        assert said[late.item_id].complete


async def test_who_asks_for_all_of_it_asks_only_for_what_is_lacking(
    simulator: JellyfinSimulator, films: SimLibrary
) -> None:
    async with corridor(simulator, flood=LONG, household=GERMAN) as house:
        items = arrive(simulator, films, MASS + 1)
        streams = (video(), audio("eng"), subtitle("ger"))
        german = simulator.add_film(films, "German", year=2020, streams=streams)
        await announced(house, [*items, german])
        assert house.requests.mass == MASS + 2, "nobody has looked into the last one"
        await house.requests.request_all()
        await house.until(lambda: house.requests.waiting == 0)
        assert {one.item.item_id for one in house.requested} == {item.item_id for item in items}
        assert {one.reason for one in house.requested} == {RequestReason.MASS_ARRIVAL}


async def test_where_nobody_wants_subtitles_nobody_has_to_decide(
    simulator: JellyfinSimulator, films: SimLibrary
) -> None:
    async with corridor(simulator, flood=LONG, household=Household()) as house:
        await announced(house, arrive(simulator, films, MASS + 1))
        assert house.requests.mass == 0
