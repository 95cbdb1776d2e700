"""Stands in for the module that removes noise from speech."""


class AudioProcessor:
    """Never used: nobody speaks."""
