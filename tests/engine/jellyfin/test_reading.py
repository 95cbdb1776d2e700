"""Reading suspicious JSON: nothing that anybody sends raises."""

from dataclasses import asdict
import json
import logging
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import Echo, normalize_id
from custom_components.jellyfin_subtitles.engine.jellyfin.reading import text

from .examples import ID, JSON, MODELS, WHOLE


def test_every_kind_has_a_whole_example() -> None:
    assert set(WHOLE) == set(MODELS)
    for model, whole in WHOLE.items():
        assert model.from_dict(whole) is not None


@pytest.mark.parametrize("model", MODELS)
@given(data=JSON)
def test_no_json_raises(model: Any, data: object) -> None:
    result = model.from_dict(data)

    assert result is None or isinstance(result, model)


@pytest.mark.parametrize("model", MODELS)
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_wrong_value_in_any_place_raises_or_gets_through(model: Any, data: st.DataObject) -> None:
    document = dict(WHOLE[model])
    document[data.draw(st.sampled_from(sorted(document)))] = data.draw(JSON)

    result = model.from_dict(document)

    assert result is None or isinstance(result, model)
    if result is not None:
        # What cannot be written to a disk or told apart would fail far from here.
        json.dumps(asdict(result), ensure_ascii=False, default=str).encode()
        assert {result} == {model.from_dict(document)}


@given(st.uuids())
def test_an_id_is_the_same_id_however_it_is_written(value: Any) -> None:
    expected = None if value.int == 0 else value.hex

    for written in (value.hex, str(value), value.hex.upper(), str(value).upper()):
        assert normalize_id(written) == expected


@given(JSON | st.text() | st.from_regex(r"[0-9a-fA-F-]{30,37}"))
def test_what_is_no_id_is_none(value: Any) -> None:
    result = normalize_id(value)

    assert result is None or (len(result) == 32 and set(result) <= set("0123456789abcdef"))
    assert result is None or result == value.replace("-", "").lower()


@pytest.mark.parametrize("value", ["0" * 32, "00000000-0000-0000-0000-000000000000"])
def test_an_id_of_zeros_means_that_there_is_none(value: str) -> None:
    assert normalize_id(value) is None


@pytest.mark.parametrize(
    "value",
    [
        *(f"{ID} ", f"{{{ID}}}", ID[:-1], f"{ID}\n", "２c040d2168a71952615d58d5f72576bd"),
        *("2c040d21-68a71952-615d58d5-f72576bd", "-".join(ID), f"{ID}-"),
    ],
)
def test_almost_an_id_is_none(value: str) -> None:
    assert normalize_id(value) is None


@pytest.mark.parametrize("model", [model for model in MODELS if model is not Echo])
def test_what_is_unusable_is_said_once_and_not_shown(model: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    assert model.from_dict(["secret-token"]) is None

    lines = [record for record in caplog.records if model.__name__ in record.getMessage()]
    assert len(lines) == 1
    assert lines[0].levelno == logging.DEBUG
    assert "secret-token" not in caplog.text


def test_an_empty_text_is_none() -> None:
    assert text({"Name": ""}, "Name") is None
