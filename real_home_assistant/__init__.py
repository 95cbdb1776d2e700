"""A real Home Assistant in a process of its own, driven from outside as a browser would: for the demo and for tests."""

from .api import Dialog, HomeAssistantApi
from .configuration import free_port, prepare
from .process import HomeAssistantNotStartedError, HomeAssistantProcess
from .socket import Event, HomeAssistantApiError, HomeAssistantSocket

__all__ = [
    "Dialog",
    "Event",
    "HomeAssistantApi",
    "HomeAssistantApiError",
    "HomeAssistantNotStartedError",
    "HomeAssistantProcess",
    "HomeAssistantSocket",
    "free_port",
    "prepare",
]
