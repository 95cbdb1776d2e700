"""The command line."""

import pytest

from custom_components.jellyfin_subtitles.engine.languages import Language
from jellyfin_terminal.options import Options, parse

URL = "http://192.168.1.5:8096"


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["--user", "alex"], Options(URL, "alex")),
        (["--quick-connect"], Options(URL)),
        (
            ["--user", "alex", "--insecure", "--json", "--show-names"],
            Options(URL, "alex", verify_tls=False, as_json=True, show_names=True),
        ),
        (
            ["--quick-connect", "--language", "de", "pt-br", "--language", "ger"],
            Options(URL, languages=(Language("de"), Language("pt", "BR"))),
        ),
        (
            ["--quick-connect", "--library", "Kids", "--library", "Old films", "Films"],
            Options(URL, libraries=("Kids", "Old films", "Films")),
        ),
    ],
)
def test_the_command_line_is_read(arguments: list[str], options: Options) -> None:
    assert parse(["--url", URL, *arguments]) == options


def test_what_does_not_belong_to_the_address_is_left_out() -> None:
    assert parse(["--url", "https://me:word@films.example.com/jf/web/#/home", "--quick-connect"]).url == (
        "https://films.example.com/jf"
    )


def test_a_bare_host_may_mean_several_addresses() -> None:
    """As in the dialog; without what may be a password."""
    options = parse(["--url", "me:word@films.lan", "--quick-connect"])
    assert (options.url, options.other_urls) == (
        "http://films.lan:8096",
        ("https://films.lan", "http://films.lan"),
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: --url"),
        (["--url", URL], "one of the arguments --user --quick-connect is required"),
        (["--url", URL, "--user", "alex", "--quick-connect"], "not allowed with argument"),
        (["--url", "ftp://films.lan", "--user", "alex"], "it is no address, such as 192.168.1.5 or http://"),
        (["--url", "http://", "--user", "alex"], "it is no address, such as 192.168.1.5 or http://"),
        (["--url", URL, "--user", "alex", "--language", "germn"], "germn is not the code of a language"),
        (["--url", URL, "--user", "alex", "--language", "germn"], "German is de"),
        (["--url", URL, "--user", "alex", "--language", "§"], "§ is not the code of a language, such as de or pt-BR\n"),
        (["--url", URL, "--user", "alex", "--password", "word"], "unrecognized arguments"),
    ],
)
def test_a_mistake_is_named_with_exit_code_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.out == ""


def test_an_address_that_is_refused_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """There may be a password in it."""
    with pytest.raises(SystemExit):
        parse(["--url", "ftp://me:word@films.lan", "--quick-connect"])
    assert "word" not in capsys.readouterr().err
