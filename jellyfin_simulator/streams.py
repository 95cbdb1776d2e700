"""The streams of a media file and how Jellyfin describes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .answers import Json

# ISO 639-2: what files say (B) and what the API shows instead (T).
_TERMINOLOGICAL: Final = {
    "alb": "sqi",
    "arm": "hye",
    "baq": "eus",
    "bur": "mya",
    "chi": "zho",
    "cze": "ces",
    "dut": "nld",
    "fre": "fra",
    "geo": "kat",
    "ger": "deu",
    "gre": "ell",
    "ice": "isl",
    "mac": "mkd",
    "mao": "mri",
    "may": "msa",
    "per": "fas",
    "rum": "ron",
    "slo": "slk",
    "tib": "bod",
    "wel": "cym",
}
_LANGUAGE_NAMES: Final = {"deu": "German", "eng": "English", "fra": "French", "nld": "Dutch", "spa": "Spanish"}
_IMAGE_CODECS: Final = frozenset({"PGSSUB", "DVDSUB", "DVBSUB", "sup", "sub"})


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream; `language` is what the file says, `path` is set for a subtitle file of its own."""

    kind: str
    codec: str
    language: str | None = None
    title: str | None = None
    is_default: bool = False
    is_forced: bool = False
    is_hearing_impaired: bool = False
    path: str | None = None
    width: int | None = None
    height: int | None = None
    channels: int | None = None

    @property
    def shown_language(self) -> str | None:
        """The language as the API shows it."""
        return None if self.language is None else _TERMINOLOGICAL.get(self.language, self.language)


def video(width: int = 1920, height: int = 1080, codec: str = "h264") -> Stream:
    """Return a video stream."""
    return Stream("Video", codec, is_default=True, width=width, height=height)


def audio(language: str | None = "eng", *, codec: str = "aac", channels: int = 2, is_default: bool = True) -> Stream:
    """Return an audio stream."""
    return Stream("Audio", codec, language, is_default=is_default, channels=channels)


def subtitle(
    language: str | None = "eng",
    *,
    codec: str = "subrip",
    title: str | None = None,
    is_forced: bool = False,
    is_hearing_impaired: bool = False,
    is_default: bool = False,
    path: str | None = None,
) -> Stream:
    """Return a subtitle stream: inside the video, or a file of its own where a path is given."""
    return Stream(
        "Subtitle",
        codec,
        language,
        title,
        is_default=is_default,
        is_forced=is_forced,
        is_hearing_impaired=is_hearing_impaired,
        path=path,
    )


DEFAULT_STREAMS: Final[tuple[Stream, ...]] = (video(), audio("eng"), subtitle("eng"))


def has_subtitles(streams: Sequence[Stream]) -> bool:
    """Return whether any of them is a subtitle."""
    return any(stream.kind == "Subtitle" for stream in streams)


def stored_subtitle_languages(streams: Sequence[Stream]) -> set[str]:
    """Return the languages of the subtitles as the files say them; `und` stands for none."""
    return {stream.language or "und" for stream in streams if stream.kind == "Subtitle"}


def ordered(streams: Sequence[Stream]) -> tuple[Stream, ...]:
    """Return the streams in Jellyfin's order: subtitle files first, by file name."""
    outside = sorted((stream for stream in streams if stream.path is not None), key=lambda stream: stream.path or "")
    return (*outside, *(stream for stream in streams if stream.path is None))


def describe(streams: Sequence[Stream], *, is_twelve: bool) -> list[Json]:
    """Return the `MediaStreams` of a file."""
    return [_describe(index, stream, is_twelve=is_twelve) for index, stream in enumerate(ordered(streams))]


def _describe(index: int, stream: Stream, *, is_twelve: bool) -> Json:
    is_text = stream.kind == "Subtitle" and stream.codec not in _IMAGE_CODECS
    data: Json = {"Codec": stream.codec}
    if (language := stream.shown_language) is not None:
        data["Language"] = language
    data["TimeBase"] = "1/1000"
    if stream.title is not None:
        data["Title"] = stream.title
    is_picture = stream.kind == "Video"
    data |= {
        "VideoRange": "SDR" if is_picture else "Unknown",
        "VideoRangeType": "SDR" if is_picture else "Unknown",
        "AudioSpatialFormat": "None",
    }
    data |= _localized(stream, is_twelve=is_twelve)
    data |= {"DisplayTitle": _display_title(stream), "IsInterlaced": False}
    data |= _kind_members(stream, is_twelve=is_twelve)
    data |= {
        "IsDefault": stream.is_default,
        "IsForced": stream.is_forced,
        "IsHearingImpaired": stream.is_hearing_impaired,
    }
    if is_twelve:
        data["IsOriginal"] = False
    data |= {
        "Type": stream.kind,
        "Index": index,
        "IsExternal": stream.path is not None,
        "IsTextSubtitleStream": is_text,
        "SupportsExternalStream": is_text,
    }
    if stream.path is not None:
        data["Path"] = stream.path
    if is_picture or not is_twelve:
        data["Level"] = 41 if is_picture else 0
    return data


def _localized(stream: Stream, *, is_twelve: bool) -> Json:
    """Return the words that a stream's title is made of, in the server's language."""
    words: Json = {}
    if stream.kind == "Subtitle":
        words |= {
            "LocalizedUndefined": "Undefined",
            "LocalizedDefault": "Default",
            "LocalizedForced": "Forced",
            "LocalizedExternal": "External",
            "LocalizedHearingImpaired": "Hearing Impaired",
        }
    elif stream.kind == "Audio":
        words |= {"LocalizedDefault": "Default", "LocalizedExternal": "External"}
        if is_twelve:
            words["LocalizedOriginal"] = "Original"
    language = stream.shown_language
    if is_twelve and language is not None and stream.kind != "Video":
        words["LocalizedLanguage"] = _LANGUAGE_NAMES.get(language, language)
    return words


def _kind_members(stream: Stream, *, is_twelve: bool) -> Json:
    """Return what only streams of that kind have; 10.11 also tells zeros, and guesses the rate of a picture."""
    if stream.kind == "Video":
        data: Json = {} if is_twelve else {"BitRate": 4_000_000}
        if stream.codec == "h264":
            data["NalLengthSize"] = "4"
        return {
            **data,
            "IsAVC": stream.codec == "h264",
            "BitDepth": 8,
            "RefFrames": 1,
            "Height": stream.height,
            "Width": stream.width,
            "AverageFrameRate": 25,
            "RealFrameRate": 25,
            "ReferenceFrameRate": 25,
            "Profile": "High",
            "AspectRatio": "16:9",
            "PixelFormat": "yuv420p",
            "IsAnamorphic": False,
        }
    if stream.kind == "Audio":
        return {
            "ChannelLayout": "stereo" if stream.channels == 2 else "5.1",
            "BitRate": 128_000,
            "Channels": stream.channels,
            "SampleRate": 48_000,
            "Profile": "LC",
            **({} if is_twelve else {"IsAVC": False}),
        }
    return {} if is_twelve else {"IsAVC": False, "Height": 0, "Width": 0}


def _display_title(stream: Stream) -> str:
    parts = [stream.shown_language or "Undefined", stream.codec.upper()]
    if stream.kind == "Video":
        parts = [f"{stream.height}p", stream.codec.upper(), "SDR"]
    if stream.path is not None:
        parts.append("External")
    return " - ".join(parts)
