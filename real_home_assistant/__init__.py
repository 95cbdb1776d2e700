"""A real Home Assistant in a process of its own, driven from outside as a browser would: for the demo and for tests."""

from .api import HomeAssistantApi, HomeAssistantApiError
from .configuration import free_port, prepare
from .process import HomeAssistantNotStartedError, HomeAssistantProcess
from .socket import Event, HomeAssistantSocket

__all__ = [
    "Event",
    "HomeAssistantApi",
    "HomeAssistantApiError",
    "HomeAssistantNotStartedError",
    "HomeAssistantProcess",
    "HomeAssistantSocket",
    "free_port",
    "prepare",
]
