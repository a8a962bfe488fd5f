"""Arrivals that are recorded in a file."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from clearsim.network import (
    Recorded,
)
from clearsim.units import HOUR_MS, MINUTE_MS
from tests.demand.drawn import arrivals_of

STAMPS = ["2022-11-01 10:00:00.250", "2022-11-01T09:00", "2022-10-31 23:59", "2022-11-02 00:00"]
NO_STAMP = "column `gate_in` has no timestamp such as 2022-11-16 08:30"

Save = Callable[[Mapping[str, Sequence[object]]], Path]


@pytest.fixture(params=["csv", "parquet"])
def save(request: pytest.FixtureRequest, tmp_path: Path) -> Save:
    """Saves columns to a file of one format and gives its path."""

    def as_csv(columns: Mapping[str, Sequence[object]]) -> Path:
        pd.DataFrame(columns).to_csv(tmp_path / "gate.csv", index=False)
        return tmp_path / "gate.csv"

    def as_parquet(columns: Mapping[str, Sequence[object]]) -> Path:
        pd.DataFrame(columns).to_parquet(tmp_path / "gate.parquet")
        return tmp_path / "gate.parquet"

    return {"csv": as_csv, "parquet": as_parquet}[request.param]


def test_recorded_arrivals_are_sorted(save: Save) -> None:
    assert arrivals_of(Recorded(save({"gate_in": STAMPS[:2]}), "gate_in")).tolist() == [9 * HOUR_MS, 10 * HOUR_MS + 250]


def test_recorded_arrivals_outside_the_run_are_refused_with_their_number_and_the_first_row(save: Save) -> None:
    # Of the four, one lies before the start and one at the end.
    path = save({"gate_in": STAMPS})
    with pytest.raises(ValueError, match=r"^[^;]*: 2 of 4 timestamps lie outside the run") as refusal:
        arrivals_of(Recorded(path, "gate_in"))
    assert str(refusal.value).startswith(f"{path}: 2 of 4 timestamps lie outside the run, which begins at 2022-11-01 ")
    assert "the first is 2022-10-31 23:59:00 in row 3" in str(refusal.value)


def test_recorded_arrivals_outside_the_run_are_left_out_on_demand(save: Save) -> None:
    at = arrivals_of(Recorded(save({"gate_in": STAMPS}), "gate_in", outside="leave out"))
    assert at.tolist() == [9 * HOUR_MS, 10 * HOUR_MS + 250]


@pytest.mark.parametrize("zone", ["+08:00", "+0800", "+08", "-05:00", "Z"])
def test_recorded_arrivals_with_a_zone_are_refused(save: Save, zone: str) -> None:
    path = save({"gate_in": ["2022-11-01T08:00", f"2022-11-01T08:00{zone}"]})
    with pytest.raises(ValueError, match="column `gate_in` holds times with a zone; write local times without one"):
        arrivals_of(Recorded(path, "gate_in"))


def test_a_column_of_times_with_a_zone_is_refused(save: Save) -> None:
    path = save({"gate_in": [pd.Timestamp("2022-11-01 08:00", tz="Asia/Shanghai")]})
    with pytest.raises(ValueError, match="column `gate_in` holds times with a zone; write local times without one"):
        arrivals_of(Recorded(path, "gate_in"))


def test_recorded_arrivals_may_follow_a_backlog(save: Save) -> None:
    assert arrivals_of(Recorded(save({"gate_in": STAMPS[:2]}), "gate_in", backlog=1))[:2].tolist() == [0, 9 * HOUR_MS]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"gate_out": STAMPS}, "there is no column `gate_in`; there are `gate_out`"),
        ({"gate_in": ["2022-11-01", "yesterday"]}, f"{NO_STAMP} in row 2, but 'yesterday'$"),
        ({"gate_in": ["2022-13-01"]}, f"{NO_STAMP} in row 1, but '2022-13-01'$"),
        ({"gate_in": [None, None]}, f"{NO_STAMP} in row 1, but nothing$"),
        ({"gate_in": [5, 6]}, "column `gate_in` holds numbers, not timestamps"),
        ({"gate_in": ["2022-11-01", None]}, f"{NO_STAMP} in row 2, but nothing$"),
    ],
)
def test_a_file_that_cannot_be_read_as_arrivals_is_refused_by_file_and_column(
    save: Save, columns: dict[str, list[object]], message: str
) -> None:
    path = save(columns)
    with pytest.raises(ValueError, match=message) as refusal:
        arrivals_of(Recorded(path, "gate_in"))
    assert str(path) in str(refusal.value)


def test_timestamps_far_outside_the_run_are_refused_or_left_out_like_all_others(save: Save) -> None:
    path = save({"gate_in": ["1700-01-01", "2022-11-01 09:00", "2250-01-01"]})
    assert arrivals_of(Recorded(path, "gate_in", outside="leave out")).tolist() == [9 * HOUR_MS]
    with pytest.raises(ValueError, match="2 of 3 timestamps lie outside the run"):
        arrivals_of(Recorded(path, "gate_in"))


def test_a_table_that_is_not_utf_8_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "gate.csv"
    path.write_bytes("gate_in,車牌\n2022-11-01 09:00,粵\n".encode("gbk"))
    with pytest.raises(ValueError, match=r"not a table of arrivals: it is not UTF-8 text; save it as CSV in UTF-8$"):
        arrivals_of(Recorded(path, "gate_in"))


@pytest.mark.parametrize("name", ["gate.csv", "gate.parquet"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01"])
def test_a_file_in_no_known_format_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=name):
        arrivals_of(Recorded(path, "gate_in"))


def test_a_missing_file_is_refused_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such file"):
        arrivals_of(Recorded(tmp_path / "gate.csv", "gate_in"))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_of_a_recorded_file_is_that_of_its_headings(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "gate.csv"
    rows = [["lane", "gate_in"], ["1", "2022-11-01 09:00"], ["2", "2022-11-01 10:00"]]
    path.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8-sig")
    assert arrivals_of(Recorded(path, "gate_in")).tolist() == [9 * HOUR_MS, 10 * HOUR_MS]


@pytest.mark.parametrize("times", [["09:00", "10:00:30"], ["900", "1000"], ["0900", "1000"]])
def test_a_date_and_a_clock_time_may_stand_in_columns_of_their_own(tmp_path: Path, times: list[str]) -> None:
    path = tmp_path / "gate.csv"
    path.write_text("date,time\n" + "".join(f"2022-11-01,{time}\n" for time in times), encoding="utf-8")
    at = arrivals_of(Recorded(path, column=("date", "time")))
    assert (at // MINUTE_MS).tolist() == [9 * 60, 10 * 60]


def test_a_clock_time_that_cannot_be_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "gate.csv"
    path.write_text("date,time\n2022-11-01,900\n2022-11-01,2475\n", encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"column `date` and `time` has no timestamp .* in row 2, but '2022-11-01' and "
    ):
        arrivals_of(Recorded(path, ("date", "time")))


def test_recorded_fractions_of_a_millisecond_are_rounded(save: Save) -> None:
    stamps = ["2022-11-01 09:00:00.0006", "2022-11-01 09:00:00.9996"]
    assert arrivals_of(Recorded(save({"gate_in": stamps}), "gate_in")).tolist() == [9 * HOUR_MS + 1, 9 * HOUR_MS + 1000]


def test_an_excel_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "gate.csv"
    path.write_bytes(b"PK\x03\x04 and more")
    with pytest.raises(ValueError, match="Excel workbook; save the sheet as CSV"):
        arrivals_of(Recorded(path, "gate_in"))


def test_a_file_with_headings_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gate.csv"
    path.write_text("gate_in\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no arrivals, only headings"):
        arrivals_of(Recorded(path, "gate_in"))
