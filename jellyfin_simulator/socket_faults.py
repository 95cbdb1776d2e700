"""Ways in which sockets can be open and yet of no use."""

from dataclasses import dataclass


@dataclass(slots=True)
class SocketFaults:
    """What befalls the sockets that open from now on; `stall` is how long the server leaves the next one unheeded."""

    silent: bool = False
    deaf: bool = False
    deaf_ones_to_come: int = 0
    stall: float = 0.0

    def takes_deaf(self) -> bool:
        """Return whether the socket that opens now is deaf, and count it."""
        if self.deaf_ones_to_come > 0:
            self.deaf_ones_to_come -= 1
            return True
        return self.deaf

    def takes_stall(self) -> float:
        """Return for how long the socket that opens now is left unheeded, and let the next one be."""
        stall, self.stall = self.stall, 0.0
        return stall
