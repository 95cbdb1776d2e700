"""REST: the server itself - its name, health, settings, tasks, log and end."""

from typing import Final

from aiohttp import web

from .activity import describe_entry
from .answers import Json, json_string, no_content, ok, page, plain, problem
from .core import Core
from .cultures import cultures
from .ids import derived_id
from .routing import Call, Policy, Route
from .tasks import Task, describe_task


def _public_info(core: Core) -> Json:
    return {
        "LocalAddress": core.local_address,
        "ServerName": core.configuration.server_name,
        "Version": core.version,
        "ProductName": "Jellyfin Server",
        "OperatingSystem": "",
        "Id": core.server_id,
        "StartupWizardCompleted": core.configuration.wizard_completed,
    }


async def get_public_info(call: Call) -> web.Response:
    """Say who the server is; tokens are not looked at."""
    return ok(_public_info(call.core))


async def get_info(call: Call) -> web.Response:
    """Say everything about the server."""
    data = _public_info(call.core)
    return ok(
        {
            "OperatingSystemDisplayName": "",
            "HasPendingRestart": False,
            "IsShuttingDown": False,
            "SupportsLibraryMonitor": True,
            "WebSocketPortNumber": 8096,
            "CompletedInstallations": [],
            "CanSelfRestart": True,
            "CanLaunchWebBrowser": False,
            "ProgramDataPath": "/config",
            "WebPath": "/jellyfin/jellyfin-web",
            "ItemsByNamePath": "/config/metadata",
            "CachePath": "/cache",
            "LogPath": "/config/log",
            "InternalMetadataPath": "/config/metadata",
            "TranscodingTempPath": "/cache/transcodes",
            "CastReceiverApplications": [{"Id": "F007D354", "Name": "Stable"}],
            "HasUpdateAvailable": False,
            "EncoderLocation": "System",
            "SystemArchitecture": "X64",
            **data,
        }
    )


async def ping(call: Call) -> web.Response:
    """Say that somebody is there."""
    return json_string(200, "Jellyfin Server")


async def health(call: Call) -> web.Response:
    """Say that all is well."""
    return plain(200, "Healthy")


async def web_client(call: Call) -> web.Response:
    """Show the page that people see."""
    return web.Response(text="<!doctype html><title>Jellyfin</title>", content_type="text/html")


async def restart(call: Call) -> web.Response:
    """Restart a moment after this answer."""
    call.core.ask_for_restart()
    return no_content()


async def shut_down(call: Call) -> web.Response:
    """Shut down a moment after this answer."""
    call.core.ask_for_shutdown()
    return no_content()


async def get_configuration(call: Call) -> web.Response:
    """Return the settings."""
    return ok(call.core.configuration.describe())


async def set_configuration(call: Call) -> web.Response:
    """Replace the settings; delays apply at once."""
    call.core.configuration.replace(await call.json())
    return no_content()


async def get_branding(call: Call) -> web.Response:
    """Return what the sign-in page looks like."""
    return ok({"SplashscreenEnabled": False})


async def get_cultures(call: Call) -> web.Response:
    """Return the languages that can be named."""
    return ok(
        [
            {
                "Name": culture.name,
                "DisplayName": culture.name,
                "TwoLetterISOLanguageName": culture.tag,
                "ThreeLetterISOLanguageName": culture.codes[0],
                "ThreeLetterISOLanguageNames": list(culture.codes),
            }
            for culture in cultures(is_twelve=call.core.is_twelve)
        ]
    )


async def get_plugins(call: Call) -> web.Response:
    """Return the plugins: each provider of subtitles comes with one."""
    version = f"{call.core.version}.0"
    rows = [("OMDb", version, "a628c0dafac54c7e9d1a7134223f14c8", False)]
    rows += [(one.name, "1.0.0.0", derived_id(f"plugin {one.name}"), True) for one in call.core.subtitle_providers]
    return ok(
        [
            {
                "Name": name,
                "Version": version,
                "ConfigurationFileName": f"Jellyfin.Plugin.{name.replace(' ', '')}.xml",
                "Description": name,
                "Id": plugin_id,
                "CanUninstall": can_uninstall,
                "HasImage": False,
                "Status": "Active",
            }
            for name, version, plugin_id, can_uninstall in rows
        ]
    )


async def get_activity(call: Call) -> web.Response:
    """Return the activity log, newest first."""
    entries = list(reversed(call.core.activity.entries))
    if (moment := call.parameters.date("minDate")) is not None:
        entries = [entry for entry in entries if entry.moment >= moment]
    start = call.parameters.number("startIndex") or 0
    limit = call.parameters.number("limit") or 100
    return page([describe_entry(entry) for entry in entries[start : start + limit]], total=len(entries), start=start)


def _task(call: Call) -> Task | None:
    return call.core.tasks.tasks.get(call.parts["taskid"].lower())


async def get_tasks(call: Call) -> web.Response:
    """Return all tasks."""
    return ok(call.core.tasks.describe())


async def get_task(call: Call) -> web.Response:
    """Return one task."""
    return problem(404) if (task := _task(call)) is None else ok(describe_task(task))


async def start_task(call: Call) -> web.Response:
    """Run a task."""
    if (task := _task(call)) is None:
        return problem(404)
    call.core.tasks.start(task)
    return no_content()


async def stop_task(call: Call) -> web.Response:
    """Call a task off."""
    if (task := _task(call)) is None:
        return problem(404)
    call.core.tasks.cancel(task)
    return no_content()


ROUTES: Final = (
    Route("GET", "/System/Info/Public", get_public_info, Policy.ANYBODY),
    Route("GET", "/System/Info", get_info, Policy.SETUP_OR_SIGNED_IN),
    Route("GET", "/System/Ping", ping, Policy.ANYBODY),
    Route("POST", "/System/Ping", ping, Policy.ANYBODY),
    Route("GET", "/health", health, Policy.ANYBODY),
    Route("GET", "/web", web_client, Policy.ANYBODY),
    Route("GET", "/web/index.html", web_client, Policy.ANYBODY),
    Route("POST", "/System/Restart", restart, Policy.ELEVATED),
    Route("POST", "/System/Shutdown", shut_down, Policy.ELEVATED),
    Route("GET", "/System/Configuration", get_configuration),
    Route("POST", "/System/Configuration", set_configuration, Policy.ELEVATED),
    Route("GET", "/Branding/Configuration", get_branding, Policy.ANYBODY),
    Route("GET", "/Localization/Cultures", get_cultures, Policy.SETUP_OR_SIGNED_IN),
    Route("GET", "/Plugins", get_plugins, Policy.ELEVATED),
    Route("GET", "/System/ActivityLog/Entries", get_activity, Policy.ELEVATED),
    Route("GET", "/ScheduledTasks", get_tasks, Policy.ELEVATED),
    Route("GET", "/ScheduledTasks/{taskId}", get_task, Policy.ELEVATED),
    Route("POST", "/ScheduledTasks/Running/{taskId}", start_task, Policy.ELEVATED),
    Route("DELETE", "/ScheduledTasks/Running/{taskId}", stop_task, Policy.ELEVATED),
)
