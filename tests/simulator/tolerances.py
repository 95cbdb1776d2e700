"""In what the simulator may differ from the recorded servers, and why."""

from .compare import Kind, Tolerance

TOLERATED: tuple[Tolerance, ...] = (
    Tolerance(
        Kind.HEADER,
        r"GET /Items/[0-9a-f]+/Images/",
        r"Content-Type",
        "a picture's format is that of its source: a frame of a film there, drawn here",
    ),
    Tolerance(
        Kind.STATUS,
        r"GET /Items/Latest\?",
        r"",
        "the rows of the web client's home page are not simulated: nothing in this project asks for them",
    ),
    *(
        Tolerance(
            kind,
            r"GET /Items\?(?!.*sortBy).*limit=[12](&|$)",
            r"Items\[(Movie|Episode)\](\.HasSubtitles)?",
            "which items are on a page is undefined without an order",
        )
        for kind in (Kind.MISSING, Kind.EXTRA)
    ),
)
