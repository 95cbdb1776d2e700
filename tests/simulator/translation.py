"""What stands in a recording for what in the server under test: ids and credentials."""

import re
from typing import Any

_PLACEHOLDER = re.compile(r"<[^<>]+>")
ID = re.compile(r"\b[0-9a-f]{32}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_CODE = re.compile(r"(?<=[?&]code=)\d{6}\b")
_DASHED = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))


class Translation:
    """What stands in the recording for what in the server under test: ids and credentials."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.placeholders: dict[str, str] = {}
        self._simulated: dict[str, str] = {}
        self._recorded: dict[str, str] = {}

    def bind(self, recorded: str, simulated: str) -> None:
        """Remember that two ids mean the same thing."""
        self._simulated[recorded] = simulated
        self._recorded[simulated] = recorded

    def knows(self, recorded: str) -> bool:
        """Return whether a recorded id has a counterpart."""
        return recorded in self._simulated

    def recorded(self, simulated: str) -> str:
        """Return the recorded id of an id, or the id itself."""
        return self._recorded.get(simulated, simulated)

    def request(self, text: str) -> str:
        """Return a recorded path or text as the server under test must be told it."""
        text = _PLACEHOLDER.sub(lambda match: self.placeholders.get(match[0], match[0]), text)
        text = _CODE.sub(lambda match: self.placeholders.get(match[0], match[0]), text)
        return ID.sub(self._simulated_id, text)

    def _simulated_id(self, match: re.Match[str]) -> str:
        known = self._simulated.get(match[0].replace("-", ""))
        if known is None:
            return match[0]
        return known if "-" not in match[0] else "-".join(known[a:b] for a, b in _DASHED)

    def _learn_id(self, recorded: str, simulated: str) -> None:
        """Bind two ids unless one of them is known already: two films may share a name."""
        if recorded not in self._simulated and simulated not in self._recorded:
            self.bind(recorded, simulated)

    def learn(self, recorded: object, simulated: object) -> None:
        """Take from an answer the credentials it carries and the ids of what it names."""
        match recorded, simulated:
            case str(), str() if _PLACEHOLDER.fullmatch(recorded):
                self.placeholders[recorded] = simulated
            case list(), list():
                for one, other in _same_names(recorded, simulated):
                    self.learn(one, other)
            case dict(), dict():
                both = recorded.keys() & simulated.keys()
                if {"Id", "Name"} <= both and recorded["Name"] == simulated["Name"]:
                    self._learn_id(str(recorded["Id"]), str(simulated["Id"]))
                if "Code" in both:
                    self.placeholders.setdefault(str(recorded["Code"]), str(simulated["Code"]))
                for key in both:
                    self.learn(recorded[key], simulated[key])


def _same_names(recorded: list[Any], simulated: list[Any]) -> list[tuple[Any, Any]]:
    """Return the elements that belong together: by name where they have one, else by order."""
    named = {element["Name"]: element for element in simulated if isinstance(element, dict) and "Name" in element}
    if not named:
        return list(zip(recorded, simulated, strict=False))
    return [(element, named[element["Name"]]) for element in recorded if element.get("Name") in named]
