"""When subtitles that were not to be had are looked for again: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
import re
from typing import Final

# From one attempt to the next: most subtitles come out with the film or within its first days, a few months later.
WAITS: Final = "1m 5m 30m 2h 6h 21x1d 13x1w"
# How one wait is written: `30m`, or `21x1d` for so many of the same.
_WAIT: Final = re.compile(r"(?:(\d{1,3})[x×*])?(\d{1,3})([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

# More attempts than these, or a single longer wait, are a slip of the pen.
MOST_RUNGS: Final = 200
LONGEST_RUNG: Final = timedelta(weeks=52)


def rungs_from(text: str) -> tuple[timedelta, ...]:
    """Return the waits that somebody has written, with spaces or commas between them; raises ValueError on others."""
    rungs: list[timedelta] = []
    for word in re.split(r"[\s,;]+", text.strip().lower()):
        if (match := _WAIT.fullmatch(word)) is None:
            raise ValueError("not a wait")
        count, number, unit = match.groups(default="1")
        rung = timedelta(**{_UNITS[unit]: int(number)})
        if not timedelta(0) < rung <= LONGEST_RUNG or int(count) == 0:
            raise ValueError("too short or too long")
        rungs += [rung] * int(count)
    if len(rungs) > MOST_RUNGS:
        raise ValueError("too many")
    return tuple(rungs)


RUNGS: Final = rungs_from(WAITS)


def rungs_within(rungs: Iterable[timedelta], limit: timedelta) -> tuple[timedelta, ...]:
    """Return the first waits that together are no longer than that."""
    total, within = timedelta(0), []
    for rung in rungs:
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
