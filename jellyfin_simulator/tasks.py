"""Scheduled tasks, of which only the library scan does anything."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from .answers import Json
from .clock import Clock
from .dates import to_json
from .monitor import Monitor

SCAN_ID: Final = "7738148ffcd07979c7ceb148e06b3aed"
SUBTITLES_ID: Final = "2c66a88bca43e565d7f8099f825478f1"
CHAPTERS_ID: Final = "4e6637c832ed644d1af3370a2506e80a"
TRANSCODES_ID: Final = "7d8088c10902f1bf4072ded42437bcfb"
_HOUR: Final = 36_000_000_000
_NIGHTLY: Final[Json] = {"Type": "DailyTrigger", "TimeOfDayTicks": 2 * _HOUR, "MaxRuntimeTicks": 4 * _HOUR}


@dataclass(slots=True, eq=False)
class Task:
    """One task and how its last run went; 12.0 tells no progress of a task that has just begun."""

    task_id: str
    key: str
    name: str
    description: str
    category: str
    triggers: tuple[Json, ...]
    started: float | None = None
    last_run: tuple[float, float, str] | None = None
    progress: float | None = None
    run: int = 0


class Tasks:
    """Runs tasks and says so once a second."""

    def __init__(
        self, clock: Clock, monitor: Monitor, on_change: Callable[[list[Json]], None], *, is_twelve: bool
    ) -> None:
        """Start with everything idle; what a start of the server runs has been run."""
        self._clock = clock
        self._monitor = monitor
        self._on_change = on_change
        self._is_twelve = is_twelve
        self.tasks = {
            task.task_id: task
            for task in (
                Task(
                    SCAN_ID,
                    "RefreshLibrary",
                    "Scan Media Library",
                    "Scans your media library.",
                    "Library",
                    (_every(12),),
                ),
                Task(
                    SUBTITLES_ID,
                    "DownloadSubtitles",
                    "Download missing subtitles",
                    "Searches.",
                    "Library",
                    (_every(24),),
                ),
                Task(
                    CHAPTERS_ID, "RefreshChapterImages", "Extract Chapter Images", "Makes them.", "Library", (_NIGHTLY,)
                ),
                Task(
                    TRANSCODES_ID,
                    "DeleteTranscodeFiles",
                    "Clean Transcode Directory",
                    "Deletes what is old.",
                    "Maintenance",
                    ({"Type": "StartupTrigger"}, _every(24)),
                    last_run=(clock.time(), clock.time(), "Completed"),
                ),
            )
        }

    def start(self, task: Task) -> None:
        """Run a task; a running scan is called off and begins again."""
        if task.started is not None:
            self._finish(task, "Cancelled")
        task.run += 1
        run = task.run
        task.started, task.progress = self._clock.time(), None if self._is_twelve else 0.0
        self._changed()
        self._clock.call_later(1.0, partial(self._say, task, run))

        def done() -> None:
            if run == task.run and task.started is not None:
                self._finish(task, "Completed")

        if task.task_id == SCAN_ID:
            self._monitor.scan(done)
        else:
            self._clock.call_later(0.1, done)

    def cancel(self, task: Task) -> None:
        """Call a running task off."""
        if task.started is not None:
            self._finish(task, "Cancelled")

    def forget(self) -> None:
        """Let running tasks end unfinished."""
        for task in self.tasks.values():
            task.started = None

    def describe(self) -> list[Json]:
        """Return all tasks as the API shows them."""
        return [describe_task(task) for task in self.tasks.values()]

    def _finish(self, task: Task, status: str) -> None:
        started, task.started = task.started, None
        task.last_run = (started or self._clock.time(), self._clock.time(), status)
        self._changed()

    def _say(self, task: Task, run: int) -> None:
        if run == task.run and task.started is not None:
            task.progress = task.progress or 0.0
            self._changed()
            self._clock.call_later(1.0, partial(self._say, task, run))

    def _changed(self) -> None:
        self._on_change(self.describe())


def _every(hours: int) -> Json:
    return {"Type": "IntervalTrigger", "IntervalTicks": hours * _HOUR}


def describe_task(task: Task) -> Json:
    """Return the `TaskInfo`."""
    data: Json = {"Name": task.name, "State": "Idle" if task.started is None else "Running"}
    if task.started is not None and task.progress is not None:
        data["CurrentProgressPercentage"] = task.progress
    data["Id"] = task.task_id
    if task.last_run is not None:
        start, end, status = task.last_run
        data["LastExecutionResult"] = {
            "StartTimeUtc": to_json(start),
            "EndTimeUtc": to_json(end),
            "Status": status,
            "Name": task.name,
            "Key": task.key,
            "Id": task.task_id,
        }
    return {
        **data,
        "Triggers": list(task.triggers),
        "Description": task.description,
        "Category": task.category,
        "IsHidden": False,
        "Key": task.key,
    }
