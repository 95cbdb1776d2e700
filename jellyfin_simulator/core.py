"""Everything the server is made of, wired together once."""

from collections.abc import Callable

from .accounts import Accounts, Caller
from .activity import ActivityLog
from .changes import Changes
from .clock import Clock, ProcessClock
from .configuration import Configuration
from .faults import Faults
from .ids import IdSource, derived_id
from .journal import Journal
from .library import Shelves, SimLibrary, make_library
from .monitor import Monitor
from .notifier import Notifier
from .player import Player
from .query import Librarian
from .quick_connect import QuickConnect
from .sessions import Sessions
from .sign_in import Doorman
from .socket_faults import SocketFaults
from .sockets import SimSocket
from .subscriptions import Subscriptions
from .subtitle_files import SubtitleFiles
from .subtitle_providers import SubtitleProvider
from .tasks import Tasks
from .user_data import UserDataNotifier
from .watchdog import Watchdog


class Core:
    """One server's parts. What is called memory is lost with the process, the rest is on its disk."""

    def __init__(
        self,
        *,
        version: str,
        base_url: str,
        clock: Clock,
        server_id: str | None,
        name: str,
        library_monitor_delay: float,
        library_update_duration: float,
        seed: int,
    ) -> None:
        """Build a server that has never been started."""
        self.version = version
        self.is_twelve = int(version.partition(".")[0]) >= 12
        self.base_url = "" if not base_url.strip("/") else "/" + base_url.strip("/")
        self.local_address = ""
        self.clock = ProcessClock(clock)
        self.ids = IdSource(f"{seed} {name}")
        self.server_id = server_id or derived_id(f"server {seed} {name}")
        self.journal = Journal()
        self.faults = Faults()
        self.configuration = Configuration(
            server_name=name,
            library_monitor_delay=library_monitor_delay,
            library_update_duration=library_update_duration,
            enable_legacy_authorization=not self.is_twelve,
        )
        self.accounts = Accounts(self.ids)
        self.shelves = Shelves()
        self.librarian = Librarian(self.shelves, is_twelve=self.is_twelve)
        self.sessions = Sessions(self.clock, self.ids)
        self.sockets: dict[SimSocket, Caller] = {}
        self.socket_faults = SocketFaults()
        self.activity = ActivityLog(self.clock)
        self.subscriptions = Subscriptions(
            self.sockets,
            self.sessions,
            self.activity,
            self.ids,
            self.clock,
            server_id=self.server_id,
            is_twelve=self.is_twelve,
        )
        self.sessions.on_change = self.subscriptions.session_changed
        self.user_data = UserDataNotifier(self.clock, self.sessions, self.shelves, is_twelve=self.is_twelve)
        self.player = Player(self.clock, self.subscriptions, self.user_data)
        self.watchdog = Watchdog(self.clock, self.ids, is_twelve=self.is_twelve)
        self.notifier = Notifier(self.clock, self.sessions, self.shelves, self.configuration)
        self.doorman = Doorman(self.clock, self.accounts, self.sessions, self.activity)
        self.quick_connect = QuickConnect(self.clock, self.ids, self.doorman)
        self.changes = Changes(self.clock, self.shelves, self.notifier)
        self.subtitle_files = SubtitleFiles(is_twelve=self.is_twelve)
        self.subtitle_providers: list[SubtitleProvider] = []
        self.monitor = Monitor(
            self.clock, self.shelves, self.notifier, self.changes, self.configuration, self.subtitle_files
        )
        self.ask_for_restart: Callable[[], None] = lambda: None
        self.ask_for_shutdown: Callable[[], None] = lambda: None
        self.tasks = Tasks(self.clock, self.monitor, self.subscriptions.tasks_changed, is_twelve=self.is_twelve)

    def new_library(
        self, name: str, collection_type: str | None, *, path: str | None = None, announce: bool
    ) -> SimLibrary:
        """Put up a library."""
        library = make_library(name, collection_type, path=path or f"/media/{name}", moment=self.clock.time())
        self.shelves.add_library(library)
        if announce:
            for folder in library.folders:
                self.notifier.added(folder)
        return library

    def remove_library(self, library: SimLibrary) -> None:
        """Take a library down."""
        rows = (*library.items.values(), *library.folders)
        self.shelves.remove_library(library)
        for row in rows:
            self.notifier.removed(row)

    def forget(self) -> None:
        """Lose the memory: sessions, sockets, codes, pending messages and every timer."""
        self.clock.cancel_all()
        self.sessions.clear()
        self.sockets.clear()
        self.watchdog.forget()
        self.notifier.forget()
        self.user_data.forget()
        self.quick_connect.forget()
        self.monitor.forget()
        self.tasks.forget()
