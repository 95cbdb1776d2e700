"""Ways in which sockets can be open and yet of no use."""

from dataclasses import dataclass


@dataclass(slots=True)
class SocketFaults:
    """What befalls the sockets that open from now on."""

    silent: bool = False
    deaf: bool = False
    deaf_ones_to_come: int = 0

    def takes_deaf(self) -> bool:
        """Return whether the socket that opens now is deaf, and count it."""
        if self.deaf_ones_to_come > 0:
            self.deaf_ones_to_come -= 1
            return True
        return self.deaf
