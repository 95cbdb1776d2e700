"""Stands in for the module that hears whether somebody speaks."""


class MicroVad:
    """Never used: nobody speaks."""
