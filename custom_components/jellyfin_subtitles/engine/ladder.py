"""When subtitles that were not to be had are looked for again: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from itertools import repeat
from typing import Final

# From one attempt to the next: most subtitles come out with the film or within its first days, a few months later.
RUNGS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    *repeat(timedelta(days=1), 21),
    *repeat(timedelta(weeks=1), 13),
)


def rungs_within(limit: timedelta) -> tuple[timedelta, ...]:
    """Return the waits that together are no longer than that."""
    total, within = timedelta(0), []
    for rung in RUNGS:
        total += rung
        if total > limit:
            break
        within.append(rung)
    return tuple(within)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The time of day, from `start` until before `end`, at which nothing is looked for; it may span midnight."""

    start: time
    end: time
    zone: tzinfo

    def after(self, moment: datetime) -> datetime:
        """Return the moment itself, or where it is quiet then, the end of that; in the zone of the moment."""
        local = moment.astimezone(self.zone)
        clock = local.time()
        if self.start <= self.end:
            is_quiet = self.start <= clock < self.end
        else:
            is_quiet = clock >= self.start or clock < self.end
        if not is_quiet:
            return moment
        end = datetime.combine(local.date(), self.end, self.zone)
        if end <= local:
            end = datetime.combine(local.date() + timedelta(days=1), self.end, self.zone)
        return end.astimezone(moment.tzinfo)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The waits between attempts, and the hours that are left out."""

    rungs: Sequence[timedelta] = RUNGS
    quiet: QuietHours | None = None

    def first(self, now: datetime) -> datetime:
        """Return when to look first: at once, unless it is quiet."""
        return self.quiet.after(now) if self.quiet else now

    def next(self, attempts: int, now: datetime) -> datetime | None:
        """Return when to look again after so many attempts in vain; None where it is given up."""
        if attempts > len(self.rungs):
            return None
        return self.first(now + self.rungs[attempts - 1])
