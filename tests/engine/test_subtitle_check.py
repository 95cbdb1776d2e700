"""Whether what was fetched is a subtitle, and in the language it is said to be."""

from collections.abc import Iterable
import gzip
import io
import unicodedata
import zipfile

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.backends import CandidateRefusedError, FailureReason
from custom_components.jellyfin_subtitles.engine.languages import LANGUAGES, Language, parse_language
from custom_components.jellyfin_subtitles.engine.subtitle_check import LARGEST, checked_format
from jellyfin_simulator import SUBTITLE_TEXT

ENGLISH = Language("en")

# What people in films say, in the languages of people.
SAID = {
    "cs": "Já nevím, co je to, ale jsem tak rád, že jsi tady. Když se to stane, není to už jen tak, jak si myslíš.",
    "da": "Jeg ved ikke, hvad det er, og du kan ikke komme med til byen. Vi har en båd for dig, men den er af træ.",
    "de": "Ich weiß nicht, was das ist, und wir haben ein Boot. Sie ist auch hier, aber er geht nicht auf das Boot.",
    "el": "Δεν ξέρω τι είναι αυτό, αλλά χαίρομαι που είσαι εδώ μαζί μας απόψε στο πλοίο για το νησί.",
    "en": "I do not know what this is, and you are not the one that we have for it. What was that with your boat?",
    "es": "No sé qué es eso, pero el barco está muy lejos. Los hombres que vienen por una carta son más como usted.",
    "fi": "Minä en tiedä, mitä se on, mutta hän oli niin iloinen, että sinä olet täällä. Kun olen yksin, ei ole ja on.",
    "fr": "Je ne sais pas ce que c'est, mais vous êtes dans les bras de la mer. Nous avec une lettre pour vous.",
    "he": "אני לא יודע מה זה אבל אני שמח שאתה כאן איתנו הערב על הספינה הגדולה בדרך אל האי הקטן",
    "hi": "मुझे नहीं पता कि यह क्या है लेकिन मुझे खुशी है कि तुम आज रात हमारे साथ इस बड़ी नाव पर यहाँ हो",
    "hu": "Én nem tudom, hogy mi az, de van egy hajó itt, és ez csak a miénk. Meg is jön, nem te mit mondasz.",
    "it": "Non so che cosa è, ma questo è il mare della notte. Mi sono perso per una lettera, gli ho detto anche.",
    "ja": "これが何かわからないけど、あなたが今夜ここにいてくれて嬉しい。島へ行く船に一緒に乗ろう。",
    "ko": "이게 뭔지 모르겠지만 오늘 밤 당신이 여기 우리와 함께 섬으로 가는 배에 있어서 기뻐요",
    "nb": "Jeg vet ikke hva det er, og du kan ikke bli med til byen. Vi har en båt for deg, men den er av tre på land.",
    "nl": "Ik weet niet wat het is, maar je kan van dat schip niet af. We zijn voor een brief hier en ik heb er een.",
    "pl": "Nie wiem, co to jest, ale tak się cieszę, że już tylko czy mnie widzisz na statku. Jak nie, to nie.",
    "pt": "Não sei o que isso é, mas você está muito longe com uma carta para ele. Um barco por mês não é muito.",
    "ro": "Nu știu ce este, dar sunt pe un vapor și nu mai am cu ce să plec la mare. Este în port pentru un an.",
    "ru": "Я не знаю, что это такое, но я рад, что ты сегодня вечером здесь с нами на корабле по пути на остров.",
    "sv": "Jag vet inte vad det är, och du får inte följa med på den. Som jag sa, för det har inte med att göra.",
    "th": "ฉันไม่รู้ว่านี่คืออะไรแต่ฉันดีใจที่คุณอยู่ที่นี่กับเราคืนนี้บนเรือที่กำลังไปเกาะ",
    "tr": "Ben bu ne bilmiyorum ama sen de gel. Bir gemi var ve o çok uzak, değil mi? Senin için bu ne ki, ben ve o.",
    "zh-Hans": "我不知道这是什么，但是我们会来说说你为什么还没让他们发现这个东西。你听见了吗？谁从门后开车过来？",
    "zh-Hant": "我不知道這是什麼，但是我們會來說說你為什麼還沒讓他們發現這個東西。你聽見了嗎？誰從門後開車過來？",
}


def a_subtitle(text: str, *, times: int = 12) -> str:
    """Return a subtitle in which the same is said again and again."""
    stamp = "00:00:01,000 --> 00:00:03,000"
    return "".join(f"{number}\r\n{stamp}\r\n<i>{text}</i>\r\n\r\n" for number in range(1, times + 1))


def reason_of(data: bytes, language: Language = ENGLISH) -> FailureReason | None:
    """Return why a file is refused, None if it is not."""
    try:
        checked_format(data, language)
    except CandidateRefusedError as err:
        return err.reason
    return None


def in_language(tag: str) -> Language:
    """Return the language of a tag."""
    language = parse_language(tag)
    assert language is not None
    return language


ASS = "[Script Info]\nScriptType: v4.00+\n\n[{styles}]\nStyle: Default,Arial\n\n[Events]\nFormat: Layer\n{event}"
EVENT = r"Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\i1}The ferry, they say,\Nleaves at nine."
FORMATS = {
    "plain": ("srt", SUBTITLE_TEXT),
    "without numbers": ("srt", "\n\n0:00:01.0 --> 0:00:03.0 X1:10\nText"),
    "vtt": ("vtt", "WEBVTT - title\n\nNOTE none\n\n00:01.000 --> 00:03.000 align:start\nText\n"),
    "ass": ("ass", ASS.format(styles="V4+ Styles", event=EVENT)),
    "ssa": ("ssa", ASS.format(styles="V4 Styles", event=EVENT)),
    "fonts": ("ass", "[Fonts]\n" + "A1B2C3\n" * 200_000 + ASS.format(styles="V4+ Styles", event=EVENT)),
    "sami": ("smi", "<SAMI>\n<BODY>\n<SYNC Start=1000><P Class=ENCC>Text<br>more\n<sync start=2000>&nbsp;</SAMI>"),
    "frames": ("sub", "{1}{1}25.000\n{25}{75}The ferry|leaves at nine.\n"),
}
NO_SUBTITLES = {
    "text": b"The ferry leaves at nine.",
    "page": f"<!DOCTYPE html>\n<pre>\n{SUBTITLE_TEXT}</pre>".encode(),
    "old page": f"\n <HTML>\n{SUBTITLE_TEXT}".encode(),
    "xml": f'<?xml version="1.0"?>\n{SUBTITLE_TEXT}'.encode(),
    "json": b'{"message": "You have downloaded your allowed 20 subtitles"}',
    "gzip": gzip.compress(SUBTITLE_TEXT.encode()),
    "section": b"[Script Info]\nDialogue: 0,0:00:01.00",
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "nothing": b"\0" * 100,
}
WITHOUT_WORDS = {
    "nothing": "",
    "lines": "\r\n \t\r\n",
    "vtt": "WEBVTT\n\nNOTE nothing\n\n00:01.000 --> 00:02.000\n\nNOTE nothing\n",
    "cue": "1\n00:00:01,000 --> 00:00:03,000\n\n2\n00:00:04,000 --> 00:00:05,000\n<i></i>\n",
    "ass": ASS.format(styles="V4+ Styles", event="Comment: 0,a,b,c,d,e,f,g,h,Text\nDialogue: 0,0:00:01.00"),
    "sami": "<SAMI>\n<P>Text\n<SYNC Start=1><P>&nbsp;",
    "frames": "{1}{25}{y:i}\n",
}


@pytest.mark.parametrize(("format", "text"), FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_subtitle_is_told_by_what_is_in_it(format: str, text: str, encoding: str) -> None:
    assert checked_format(text.encode(encoding), ENGLISH) == format


def test_the_bytes_of_either_order_are_read() -> None:
    assert checked_format(b"\xfe\xff" + SUBTITLE_TEXT.encode("utf-16-be"), ENGLISH) == "srt"


@pytest.mark.parametrize("data", NO_SUBTITLES.values(), ids=NO_SUBTITLES)
def test_what_is_something_else_is_refused(data: bytes) -> None:
    assert reason_of(data) is FailureReason.NOT_A_SUBTITLE


def test_a_subtitle_in_an_archive_is_none() -> None:
    """Not packed any tighter, it can be read there."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        file.writestr("film.srt", SUBTITLE_TEXT)
    assert SUBTITLE_TEXT.encode() in archive.getvalue()
    assert reason_of(archive.getvalue()) is FailureReason.NOT_A_SUBTITLE


@pytest.mark.parametrize("text", WITHOUT_WORDS.values(), ids=WITHOUT_WORDS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_subtitle_that_says_nothing_is_empty(text: str, encoding: str) -> None:
    assert reason_of(text.encode(encoding)) is FailureReason.EMPTY_FILE


def test_the_largest_file_is_10_mib() -> None:
    start = SUBTITLE_TEXT.encode()
    assert reason_of(start + b"\n" * (LARGEST - len(start))) is None
    assert reason_of(start + b"\n" * (LARGEST - len(start) + 1)) is FailureReason.TOO_LARGE


@pytest.mark.parametrize("tag", SAID)
def test_a_subtitle_in_its_own_language_is_taken(tag: str) -> None:
    assert reason_of(a_subtitle(SAID[tag]).encode(), in_language(tag)) is None


@pytest.mark.parametrize(
    ("codes", "script"),
    [
        ("ab ba be bg kk ky mk mn os ru sr tg tt uk uz", "CYRILLIC"),
        ("ar fa ps ur ks ku sd ug", "ARABIC"),
        ("he yi", "HEBREW"),
        ("hi mr ne sa", "DEVANAGARI"),
        ("as bn", "BENGALI"),
        ("bo dz", "TIBETAN"),
        ("am ti", "ETHIOPIC"),
        ("dv", "THAANA"),
        ("el", "GREEK"),
        ("gu", "GUJARATI"),
        ("hy", "ARMENIAN"),
        ("ka", "GEORGIAN"),
        ("km", "KHMER"),
        ("kn", "KANNADA"),
        ("lo", "LAO"),
        ("ml", "MALAYALAM"),
        ("my", "MYANMAR"),
        ("or", "ORIYA"),
        ("pa", "GURMUKHI"),
        ("si", "SINHALA"),
        ("ta", "TAMIL"),
        ("te", "TELUGU"),
        ("th", "THAI"),
        ("az bs kk tk tt uz cr iu oj", "LATIN"),
    ],
)
def test_a_language_is_taken_in_the_scripts_in_which_it_is_written(codes: str, script: str) -> None:
    letters = [chr(code) for code in range(0x10000) if chr(code).isalpha()]
    word = "".join([letter for letter in letters if unicodedata.name(letter, "").startswith(f"{script} ")][:40])
    data = a_subtitle(word, times=40).encode()
    for code in codes.split():
        assert reason_of(data, Language(code)) is None
    if script != "LATIN":
        assert reason_of(data, ENGLISH) is FailureReason.WRONG_LANGUAGE
        assert reason_of(data, Language("ja")) is FailureReason.WRONG_LANGUAGE


def others(*tags: str) -> Iterable[tuple[str, str]]:
    """Return each of these said to be another of them."""
    return [(said, wanted) for said in tags for wanted in tags if said != wanted]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        *others("en", "ru", "el", "he", "hi", "ja", "ko", "th", "zh-Hans"),
        *others("en", "de", "fr", "fi", "hu", "pl", "tr"),
        *others("zh-Hans", "zh-Hant"),
        *[("en", wanted) for wanted in ("cs", "da", "es", "it", "nb", "nl", "pt", "ro", "sv")],
        ("ru", "id"),
    ],
)
def test_a_subtitle_that_is_clearly_in_another_language_is_refused(said: str, wanted: str) -> None:
    data = a_subtitle(SAID[said]).encode()
    assert reason_of(data, in_language(wanted)) is FailureReason.WRONG_LANGUAGE


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("da", "nb"),  # near relatives
        ("en", "sw"),  # of which no words are known
        ("en", "sr"),  # written in two ways
        ("ru", "fil"),  # a code that says nothing of the script
        ("zh-Hant", "zh"),  # whichever way it is written
    ],
)
def test_in_doubt_a_subtitle_is_taken(said: str, wanted: str) -> None:
    assert reason_of(a_subtitle(SAID[said]).encode(), in_language(wanted)) is None


@pytest.mark.parametrize("tag", SAID)
def test_a_few_words_say_nothing_about_the_language(tag: str) -> None:
    """Signs alone, names, a film without talk."""
    assert reason_of(a_subtitle(SAID[tag], times=1).encode(), in_language("am")) is None
    assert reason_of(a_subtitle("Да", times=50).encode(), ENGLISH) is None


def test_both_languages_of_a_subtitle_are_its_language() -> None:
    data = a_subtitle(f"{SAID['en']}\r\n{SAID['ru']}").encode()
    assert reason_of(data, in_language("en")) is None
    assert reason_of(data, in_language("ru")) is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_whatever_unicode_it_is_in_two_scripts_are_two(encoding: str) -> None:
    data = a_subtitle(SAID["ru"]).encode(encoding)
    assert [reason_of(data, in_language(tag)) for tag in ("ru", "el")] == [None, FailureReason.WRONG_LANGUAGE]


def test_capitals_and_foreign_names_change_no_language() -> None:
    data = a_subtitle(SAID["en"].upper()).encode()
    assert [reason_of(data, in_language(tag)) for tag in ("en", "de")] == [None, FailureReason.WRONG_LANGUAGE]
    data = a_subtitle(f"{SAID['ru']} Night Ferry").encode("cp1251")
    assert [reason_of(data, in_language(tag)) for tag in ("ru", "en")] == [None, FailureReason.WRONG_LANGUAGE]
    data = a_subtitle("船のチケットを船長のナイト・フェリー・サービスに", times=40).encode()
    assert [reason_of(data, in_language(tag)) for tag in ("ja", "zh")] == [None, FailureReason.WRONG_LANGUAGE]


def test_few_characters_do_not_say_how_chinese_is_written() -> None:
    text = "我不知道" * 150 + "这们来"
    assert reason_of(a_subtitle(text, times=1).encode(), in_language("zh-Hant")) is None


def test_words_of_which_none_is_known_say_nothing() -> None:
    assert reason_of(a_subtitle("Brrr grmbl hmpf tsk whoosh", times=60).encode(), ENGLISH) is None


@pytest.mark.parametrize(
    ("said", "encoding", "wanted", "reason"),
    [
        ("ru", "cp1251", "ru", None),
        ("ru", "koi8-r", "ru", None),
        ("el", "cp1253", "el", None),
        ("zh-Hans", "gb18030", "zh-Hans", None),
        ("zh-Hant", "big5", "zh-Hant", None),
        ("ja", "cp932", "ja", None),
        ("ko", "cp949", "ko", None),
        ("de", "cp1252", "de", None),
        ("pl", "cp1250", "pl", None),
        ("cs", "cp1250", "cs", None),
        ("tr", "cp1254", "tr", None),
        ("ru", "cp1251", "en", FailureReason.WRONG_LANGUAGE),
        ("ru", "koi8-r", "de", FailureReason.WRONG_LANGUAGE),
        ("de", "cp1252", "ru", FailureReason.WRONG_LANGUAGE),
        ("fr", "cp1252", "ja", FailureReason.WRONG_LANGUAGE),
        ("de", "cp1252", "en", FailureReason.WRONG_LANGUAGE),
    ],
)
def test_what_is_not_unicode_is_looked_at_all_the_same(
    said: str, encoding: str, wanted: str, reason: FailureReason | None
) -> None:
    data = a_subtitle(SAID[said]).encode(encoding)
    assert reason_of(data, in_language(wanted)) is reason


def test_fonts_and_styles_are_not_what_is_said() -> None:
    event = "Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,," + SAID["ru"]
    data = "[Fonts]\n" + "The font that you have with this is for your\n" * 2000
    data += ASS.format(styles="V4+ Styles", event=f"{event}\n" * 12)
    assert reason_of(data.encode(), in_language("ru")) is None
    assert reason_of(data.encode(), ENGLISH) is FailureReason.WRONG_LANGUAGE


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "{",
        "&a",
        "<SYNC ",
        "[Script Info]\n",
        "00:00:01,000 -->",
        "0",
        " ",
        "{1}{1}",
        "Dialogue:,,,,,,,,,\n",
        "\\N",
    ],
)
@pytest.mark.parametrize("start", ["", SUBTITLE_TEXT, "<sami>\n<sync>", "[Events]\nDialogue: ,,,,,,,,,"])
@pytest.mark.timeout(10)
def test_nothing_takes_long_to_look_at(start: str, unit: str) -> None:
    """Such a file would hold up everything else for hours."""
    reason_of((start + unit * (1_000_000 // len(unit))).encode(), in_language("zh-Hant"))


PIECES = st.sampled_from(
    [
        *(text for _, text in FORMATS.values() if len(text) < 1000),
        *SAID.values(),
        "<",
        "{",
        "\0",
        "\n\n",
        "-->",
        "WEBVTT",
    ]
)


@given(
    data=st.binary(max_size=300) | st.lists(PIECES).map("".join).map(str.encode), language=st.sampled_from(LANGUAGES)
)
def test_whatever_it_is_there_is_a_format_or_a_reason(data: bytes, language: Language) -> None:
    refused = {FailureReason.EMPTY_FILE, FailureReason.NOT_A_SUBTITLE, FailureReason.WRONG_LANGUAGE}
    reason = reason_of(data, language)
    assert reason in refused or checked_format(data, language) in {"ass", "smi", "srt", "ssa", "sub", "vtt"}


@given(text=st.text(max_size=200), language=st.sampled_from(LANGUAGES))
def test_a_text_with_a_cue_is_a_subtitle_in_any_language(text: str, language: Language) -> None:
    data = f"{SUBTITLE_TEXT}\n\n{text}".replace("\0", "").encode(errors="replace")
    assert reason_of(data, language) is None
