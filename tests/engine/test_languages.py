"""Languages compared as languages, whatever code they go by."""

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine import languages as languages_module
from custom_components.jellyfin_subtitles.engine.language_table import CODES, NAMES, VARIANTS
from custom_components.jellyfin_subtitles.engine.languages import (
    LANGUAGES,
    Language,
    default_language,
    language_named,
    nearest,
    parse_language,
    satisfies,
)
from homeassistant.generated.languages import LANGUAGES as HA_LANGUAGES

SCRIPTS = ("", "Arab", "Cyrl", "Hans", "Hant", "Latn")
BOTH_CODES = """fre/fra ger/deu chi/zho dut/nld gre/ell cze/ces slo/slk rum/ron per/fas ice/isl alb/sqi arm/hye baq/eus
bur/mya geo/kat mac/mkd mao/mri may/msa tib/bod wel/cym"""
REGIONS = ("", "419", "BR", "CN", "GB", "HK", "MX", "RS", "TW")


@st.composite
def tags(draw: st.DrawFn) -> str:
    """Return a tag as it may stand in a file: any known code or three letters, with or without script and region."""
    code = draw(st.sampled_from(sorted(CODES)) | st.from_regex(r"[a-z]{3}", fullmatch=True))
    rest = (draw(st.sampled_from(SCRIPTS)), draw(st.sampled_from(REGIONS)))
    return "-".join(part for part in (code, *rest) if part)


def languages() -> st.SearchStrategy[Language]:
    """Return languages that can be parsed, those offered among them."""
    return st.sampled_from(LANGUAGES) | tags().map(parse_language).filter(bool).map(present)


def present(language: Language | None) -> Language:
    """Return the language that must be there."""
    assert language is not None
    return language


@pytest.mark.parametrize(
    ("values", "tag", "name"),
    [
        (("de", "deu", "ger", "DE", "Ger", " deu\n"), "de", "German"),
        (("en", "eng", "ENG"), "en", "English"),
        (("fr", "fra", "fre"), "fr", "French"),
        (("zh", "zho", "chi", "cmn", "zh-cmn", "ze"), "zh", "Chinese"),
        (("zh-TW", "zh-tw", "zh_TW", "zh-HK", "zh-MO", "zho-TW", "cmn-tw"), "zh-Hant", "Chinese (Traditional)"),
        (("zh-Hant", "zh-hant", "ZH-HANT-TW", "zh-Hant-CN", "zht", "zt", "cht"), "zh-Hant", "Chinese (Traditional)"),
        (
            ("zh-CN", "zh-SG", "zh_cn", "zh-Hans", "zh-Hans-TW", "zh-cmn-Hans-CN", "chs"),
            "zh-Hans",
            "Chinese (Simplified)",
        ),
        (("pt", "por"), "pt", "Portuguese"),
        (("pt-BR", "pt_br", "por-BR", "pob", "POB", "pb", "pt-Latn-BR"), "pt-BR", "Portuguese (Brazil)"),
        (("pt-PT", "pop", "pt-pt"), "pt-PT", "Portuguese (Portugal)"),
        (("es-419", "spa-419", "es-MX", "es_ar", "es-US", "ea"), "es-419", "Spanish (Latin America)"),
        (("es-ES", "spa-es"), "es-ES", "Spanish (Spain)"),
        (("fr-ca", "fra-CA"), "fr-CA", "French (Canada)"),
        (("en-GB", "eng_gb"), "en-GB", "English (United Kingdom)"),
        (("de-AT",), "de-AT", "German (AT)"),
        (("sr-Latn", "sr-latn-rs", "srp_Latn_RS"), "sr-Latn", "Serbian (Latin)"),
        (("ja-Latn",), "ja-Latn", "Japanese (Latin)"),
        (("ca-valencia", "cat-x-lvariant"), "ca", "Catalan"),
        (("no", "nor", "no-bok"), "no", "Norwegian"),
        (("nb", "nob"), "nb", "Norwegian Bokmål"),
        (("fil",), "fil", "fil"),
        (("yue",), "yue", "yue"),
        (("qub",), "qub", "qub"),
        (("he", "heb", "iw"), "he", "Hebrew"),
        (("id", "ind", "in"), "id", "Indonesian"),
        (("yi", "yid", "ji"), "yi", "Yiddish"),
        (("jv", "jw"), "jv", "Javanese"),
        (("ro", "ron", "rum", "mo", "mol"), "ro", "Romanian"),
        (("sr", "srp", "sh", "hbs", "scc"), "sr", "Serbian"),
        (("hr", "hrv", "scr"), "hr", "Croatian"),
        (("bh", "bih"), "bih", "bih"),
    ],
)
def test_every_code_of_a_language_is_that_language(values: tuple[str, ...], tag: str, name: str) -> None:
    assert [present(parse_language(value)).tag for value in values] == [tag] * len(values)
    assert present(parse_language(tag)).name == name


@pytest.mark.parametrize("code", BOTH_CODES.split())
def test_both_three_letter_codes_of_a_language_are_the_same(code: str) -> None:
    bibliographic, terminological = map(parse_language, code.split("/"))

    assert bibliographic == terminological
    assert present(bibliographic).code in NAMES


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", " ", "und", "UND", "und-Latn", "mis", "mul", "zxx", "qaa", "qtz", "qaa-x-original", "xx", "zz-ZZ"),
        *("nonsense", "English", "pt--br", "pt-", "-pt", "pt br", "pt.br", "e", "12", "x-klingon", "dé", "eng\0"),
        pytest.param("en-" + "x" * 100_000, id="long"),
    ],
)
def test_what_is_no_language_is_none(value: str | None) -> None:
    assert parse_language(value) is None


@given(tags())
def test_the_tag_of_a_language_is_that_language(tag: str) -> None:
    language = parse_language(tag)

    assert language is None or parse_language(language.tag) == language


@given(tags(), st.data())
def test_case_separators_and_blanks_around_it_do_not_matter(tag: str, data: st.DataObject) -> None:
    separator = data.draw(st.sampled_from("-_"))
    letters = [data.draw(st.sampled_from((letter.lower(), letter.upper()))) for letter in tag]
    written = "".join(letters).replace("-", separator)

    assert parse_language(f" {written}\t") == parse_language(tag)


@given(st.text() | st.from_regex(r"[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{1,8}){0,5}", fullmatch=True))
def test_whatever_stands_in_a_file_is_a_language_of_its_own_form_or_none(value: str) -> None:
    language = parse_language(value)

    if language is not None:
        assert parse_language(language.tag) == language
        assert language.name
        assert len(language.code) == 3 or language.code in NAMES


def test_no_number_of_strange_codes_fills_the_memory() -> None:
    for number in range(5000):
        parse_language(f"en-x-{number}")

    assert languages_module._parse.cache_info().currsize <= 1024


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_what_may_be_chosen_is_known_by_its_tag_and_its_name(language: Language) -> None:
    assert parse_language(language.tag) == language
    assert nearest(language.tag) == language
    assert nearest(language.name) == language


def test_what_may_be_chosen_stands_in_the_order_of_its_names() -> None:
    names = [language.name for language in LANGUAGES]

    assert names == sorted(names, key=str.casefold)
    assert len(set(names)) == len(names) == len(NAMES) + len(VARIANTS)
    assert {"Portuguese", "Portuguese (Brazil)", "Chinese (Traditional)", "Welsh"} <= set(names)
    assert not {"en-GB", "en-US", "de-DE"} & {language.tag for language in LANGUAGES}


def test_the_table_names_every_language_once() -> None:
    every_name = [name for names in NAMES.values() for name in names]

    assert len(NAMES) == 183, "all two-letter codes in force"
    assert len(set(every_name)) == len(every_name)
    assert sum(len(code) == 2 and CODES[code] == code for code in CODES) == len(NAMES)
    assert {tag.partition("-")[0] for tag in CODES.values()} - set(NAMES) == {"bih"}
    assert sum(len(code) == 3 for code in CODES) >= 183 + 20, "two for each language that has two"


@given(languages())
def test_a_language_satisfies_itself_and_its_language_in_general(language: Language) -> None:
    assert satisfies(language, language)
    assert satisfies(language, Language(language.code))


@given(languages(), languages())
def test_to_who_wants_a_language_in_general_its_variants_are_all_the_same(one: Language, other: Language) -> None:
    wanted = Language(other.code)

    assert satisfies(one, wanted) is satisfies(Language(one.code), wanted)


@given(languages(), languages())
def test_who_is_served_with_a_variant_is_served_with_it_in_general_too(one: Language, other: Language) -> None:
    if satisfies(one, other):
        assert satisfies(one, Language(other.code))


@given(languages(), languages())
def test_a_variant_is_satisfied_by_itself_alone(one: Language, other: Language) -> None:
    if other.variant is not None:
        assert satisfies(one, other) is (one == other)


@pytest.mark.parametrize(
    ("present_tag", "wanted_tag", "satisfied"),
    [
        ("pt-br", "pt", True),
        ("por", "pt-BR", False),
        ("pt-PT", "pt-BR", False),
        ("pob", "pt-BR", True),
        ("zh-tw", "zh", True),
        ("zh-tw", "zh-Hant", True),
        ("zh-cn", "zh-Hant", False),
        ("zho", "zh-Hans", False),
        ("es-MX", "es-419", True),
        ("es-ES", "es-419", False),
        ("en-GB", "en", True),
        ("eng", "en-GB", False),
        ("deu", "en", False),
        ("nob", "no", True),
        ("nno", "no", True),
        ("nor", "nb", True),
        ("nor", "nn", False),
        ("nno", "nb", False),
        ("fil", "tl", True),
        ("tgl", "fil", False),
        ("yue", "zh", False),
    ],
)
def test_who_wants_a_language_is_served_by_what_is_that_language(
    present_tag: str, wanted_tag: str, satisfied: bool
) -> None:
    assert satisfies(present(parse_language(present_tag)), present(parse_language(wanted_tag))) is satisfied


@pytest.mark.parametrize(
    ("ha_language", "tag"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("de", "de"),
        ("gsw", "de"),
        ("pt", "pt"),
        ("pt-BR", "pt-BR"),
        ("es-419", "es-419"),
        ("zh-Hans", "zh-Hans"),
        ("zh-Hant", "zh-Hant"),
        ("sr-Latn", "sr"),
        ("nb", "nb"),
    ],
)
def test_whoever_uses_home_assistant_in_a_language_reads_it(ha_language: str, tag: str) -> None:
    assert present(default_language(ha_language)).tag == tag


@pytest.mark.parametrize("ha_language", sorted(HA_LANGUAGES))
def test_every_language_of_home_assistant_stands_for_one_that_may_be_chosen(ha_language: str) -> None:
    assert default_language(ha_language) in LANGUAGES


@pytest.mark.parametrize("ha_language", ["", "und", "nonsense", "tlh", "yue"])
def test_a_language_that_may_not_be_chosen_stands_for_none(ha_language: str) -> None:
    assert default_language(ha_language) is None


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("german", "de"),
        ("GERMAN ", "de"),
        ("Germn", "de"),
        ("Deutsch", "de"),
        ("Englisch", "en"),
        ("engl", "en"),
        ("en_GB", "en"),
        ("Portugese", "pt"),
        ("Portuguese Brazil", "pt-BR"),
        ("pt-brasil", "pt"),
        ("Chinese traditional", "zh-Hant"),
        ("Norwegian Bokmal", "nb"),
        ("Ukranian", "uk"),
        ("Farsi", "fa"),
        ("Flemish", "nl"),
        ("Filipino", "tl"),
        ("jp", "ja"),
        ("cz", "cs"),
        ("us", "en"),
        ("cn", "zh-Hans"),
        ("mx", "es-419"),
    ],
)
def test_a_mistake_is_understood(written: str, tag: str) -> None:
    assert present(nearest(written)).tag == tag


@pytest.mark.parametrize(
    "written", ["", "  ", "klingon", "subtitles please", "%", pytest.param("german" * 100_000, id="long")]
)
def test_nothing_is_guessed_where_nothing_is_near(written: str) -> None:
    assert nearest(written) is None


@given(st.text() | tags())
def test_a_guess_may_be_chosen(written: str) -> None:
    guess = nearest(written)

    assert guess is None or guess in LANGUAGES


@given(st.sampled_from(LANGUAGES))
def test_a_language_may_be_named_by_its_tag_or_its_name(language: Language) -> None:
    assert language_named(language.tag) == language
    assert language_named(f" {language.name.upper()} ") == language


@pytest.mark.parametrize("written", ["", "germn", "gb", "und", "klingon"])
def test_what_only_resembles_a_name_is_none(written: str) -> None:
    assert language_named(written) is None
