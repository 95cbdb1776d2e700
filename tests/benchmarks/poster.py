"""Somebody who posts: for a process of its own, which starts sooner the less it has to load."""

import asyncio
from collections import Counter

import aiohttp

# So many connections post, each as soon as it has been answered.
CONNECTIONS = 8


def post_all(url: str, template: str, first: int, posts: int) -> Counter[int]:
    """Post about ids made up for this, and count the answers by their status."""

    async def run() -> Counter[int]:
        answers: Counter[int] = Counter()
        numbers = iter(range(first, first + posts))
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session:

            async def post_on() -> None:
                for number in numbers:
                    body = template.replace("{item}", f"{number + 1:032x}")
                    async with session.post(url, data=body.encode()) as response:
                        await response.read()
                        answers[response.status] += 1

            await asyncio.gather(*(post_on() for _ in range(CONNECTIONS)))
        return answers

    return asyncio.run(run())
