"""Where somebody lives decides what their clock says."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import zipcodes
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people import time_zone


@pytest.mark.parametrize(
    ("zip_code", "zone"),
    [
        ("10001", "America/New_York"),
        ("90210", "America/Los_Angeles"),
        ("90210-1234", "America/Los_Angeles"),
        ("90210 1234", "America/Los_Angeles"),
        ("902101234", "America/Los_Angeles"),
        (" 90210 ", "America/Los_Angeles"),
        ("85001", "America/Phoenix"),
        ("96813", "Pacific/Honolulu"),
        ("96913", "Pacific/Guam"),
        ("96799", "Pacific/Pago_Pago"),
        ("96960", "Pacific/Majuro"),
        ("00901", "America/Puerto_Rico"),
    ],
)
def test_a_zip_code_tells_the_zone(zip_code: str, zone: str) -> None:
    assert time_zone.of_zip_code(zip_code) == zone


@pytest.mark.parametrize(
    "zip_code",
    [
        *("", " ", "9021", "902100", "00000", "99999", "K1A 0B1", "SW1A 1AA", "ABCDE", "90210-", "90210-12", "-90210"),
        *("９０２１０", "9021０", "٩٠٢١٠", "90210\n90210", "90210\x00", "Ⅸ0210", "9" * 5000),
        "09001",  # the armed forces in Europe
        "99634",  # of which the library says a zone that there is not
    ],
)
def test_what_is_no_zip_code_of_one_place_tells_none(zip_code: str) -> None:
    assert time_zone.of_zip_code(zip_code) == ""


@given(st.text(max_size=16) | st.from_regex(r"\d{3,6}[- ]?\d{0,5}", fullmatch=True))
def test_whatever_somebody_types_as_their_zip_code_has_an_answer(zip_code: str) -> None:
    zone = time_zone.of_zip_code(zip_code)
    assert zone == "" or ZoneInfo(zone)


def test_no_zip_code_has_a_day_begin_sooner_than_the_marshall_islands() -> None:
    one_of_each = {one["timezone"]: one["zip_code"] for one in zipcodes.list_all()}
    zones = {time_zone.of_zip_code(zip_code) for zip_code in one_of_each.values()} - {""}
    assert len(zones) > 25
    for days in range(0, 366, 7):
        noon = datetime(2026, 1, 1, 12) + timedelta(days=days)  # noqa: DTZ001  (on everybody's own wall)
        assert min(zones, key=lambda zone: noon.replace(tzinfo=ZoneInfo(zone)).timestamp()) == time_zone.EARLIEST
