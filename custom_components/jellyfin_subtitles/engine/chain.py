"""Who is asked for what a file lacks: pure."""

from collections.abc import Mapping

from .backends import Backend
from .ledger_models import Record
from .models import RequestReason
from .policy import Household


def chain_of(record: Record, household: Household, backends: Mapping[str, Backend]) -> tuple[Backend, ...]:
    """Return who is asked for a record, in order; nobody where the household does not want that any more.

    What a person has asked for by an action does not have to be wanted by the household.
    """
    wanted = record.request_reason is RequestReason.ACTION or any(
        want.key == record.want.key for want in household.wants_for(record.library_id)
    )
    if not wanted:
        return ()
    names = household.backends_for(record.library_id, record.want.key)
    return tuple([backends[name] for name in names if name in backends])
