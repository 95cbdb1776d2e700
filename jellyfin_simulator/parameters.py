"""Query parameters as ASP.NET binds them: names in any case, lists with commas or repeated."""

from multidict import MultiMapping

from .answers import RefusalError, problem
from .dates import from_query
from .ids import parse_id


def _invalid(name: str, value: str) -> RefusalError:
    return RefusalError(problem(400, {name: [f"The value '{value}' is not valid."]}))


class Parameters:
    """The query of one request."""

    def __init__(self, query: MultiMapping[str]) -> None:
        """Fold the names to lower case."""
        self._values: dict[str, list[str]] = {}
        for name, value in query.items():
            self._values.setdefault(name.lower(), []).append(value)

    def text(self, name: str) -> str | None:
        """Return the first value; an empty one counts as none."""
        return next((value for value in self._values.get(name.lower(), ()) if value), None)

    def words(self, name: str) -> list[str]:
        """Return the elements, empty ones left out."""
        values = self._values.get(name.lower(), ())
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    def ids(self, name: str) -> list[str]:
        """Return the ids of a list; what is not an id is silently dropped."""
        return [parsed for text in self.words(name) if (parsed := parse_id(text)) is not None]

    def guid(self, name: str) -> str | None:
        """Return an id; nonsense is refused with 400."""
        if (text := self.text(name)) is None:
            return None
        if (parsed := parse_id(text)) is None:
            raise _invalid(name, text)
        return parsed

    def flag(self, name: str) -> bool | None:
        """Return a bool; nonsense is refused with 400."""
        if (text := self.text(name)) is None:
            return None
        if text.lower() not in ("true", "false"):
            raise _invalid(name, text)
        return text.lower() == "true"

    def number(self, name: str) -> int | None:
        """Return an integer; nonsense is refused with 400."""
        if (text := self.text(name)) is None:
            return None
        try:
            return int(text)
        except ValueError:
            raise _invalid(name, text) from None

    def date(self, name: str) -> float | None:
        """Return a time in seconds since 1970; nonsense is refused with 400."""
        if (text := self.text(name)) is None:
            return None
        if (moment := from_query(text)) is None:
            raise _invalid(name, text)
        return moment
