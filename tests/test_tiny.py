"""The whole trace of `scenarios/tiny.yaml`, worked out by hand; with the scenario beside it every line can be followed.

Times are minutes:seconds.milliseconds after the start at 09:00, so that 120:00.000 is 11:00. A heading says when an
entity arrived and when it finished. A line says when it joined the line of a station, when it started and when it
ended; of a departure, when it joined and when it left. All that is random is in the headings and in brackets.
"""

from pathlib import Path

import pandas as pd

from clearsim.demand import draw
from clearsim.flows import network
from clearsim.plan import compile_network
from clearsim.scenario import load
from clearsim.tables import boardings, visits
from clearsim.trace import Trace
from clearsim.units import MINUTE_MS
from tests.networks import Simulate

TINY = Path(__file__).parents[1] / "scenarios" / "tiny.yaml"

EXPECTED = """
export_truck 0       10:31.826  120:00.000   # [neither pre-reported nor controlled]
  zone_gate          10:31.826   10:31.826   11:31.826
  zone_yard          11:31.826   11:31.826   27:31.826   # until the truck is sealed
  documents          16:31.826   16:31.826   26:31.826   # after 5 min on foot
  sealing            26:31.826   26:31.826   27:31.826
  rail_gate          42:31.826   42:31.826   43:31.826   # 15 min on the road; not linked, so checked again
  rail_yard          43:31.826   43:31.826   53:31.826
  train              53:31.826  120:00.000               # 11:00 closes at 10:30, minute 90

export_truck 1       31:44.990  180:00.000   # [pre-reported; controlled, by machine, and again at the rail port]
  zone_gate          31:44.990   31:44.990   32:44.990
  zone_yard          32:44.990   32:44.990   36:44.990
  machine_scan       32:44.990   32:44.990   35:44.990   # no walk, no papers: the declaration is done
  sealing            35:44.990   35:44.990   36:44.990
  rail_gate          51:44.990   51:44.990   52:44.990
  rail_inspection    52:44.990   52:44.990   72:44.990
  rail_yard          72:44.990   72:44.990   82:44.990
  train              82:44.990  180:00.000               # in time for 11:00, but truck 0 has its only slot

export_truck 2       90:45.089  240:00.000   # [not pre-reported; controlled, by machine, and again]
  zone_gate          90:45.089   90:45.089   91:45.089
  zone_yard          91:45.089   91:45.089  110:45.089
  documents          96:45.089   96:45.089  106:45.089
  machine_scan      106:45.089  106:45.089  109:45.089
  sealing           109:45.089  109:45.089  110:45.089
  rail_gate         125:45.089  125:45.089  126:45.089
  rail_inspection   126:45.089  126:45.089  146:45.089
  rail_yard         146:45.089  146:45.089  156:45.089
  train             156:45.089  240:00.000               # 12:00 closed at minute 150

declaration 0        10:31.826   10:31.826   # goes with its truck, which has not pre-reported: nothing to do
declaration 1         1:44.990   11:44.990   # 30 min before its truck
  documents           1:44.990    1:44.990   11:44.990
declaration 2        90:45.089   90:45.089

air_shipment 0       10:00.000  166:00.000   # [fast, inspected, labelled] on the flight of 09:10
  ramp               10:00.000   10:00.000   20:00.000
  tally              20:00.000   20:00.000   35:00.000
  fast_channel       35:00.000   35:00.000   40:00.000
  airport_inspection 40:00.000   40:00.000   55:00.000
  bonded_truck       55:00.000  120:00.000               # 10:00 closed at minute 50
  zone_gate         150:00.000  150:00.000  151:00.000   # 30 min on the road
  unloading         151:00.000  151:00.000  161:00.000
  labelling         161:00.000  161:00.000  166:00.000   # then 10 units are on the shelf

air_shipment 1       10:00.000  176:00.000   # [fast, not inspected, labelled] on the same flight
  ramp               10:00.000   20:00.000   30:00.000   # one lane each, so that it waits for shipment 0
  tally              30:00.000   35:00.000   50:00.000
  fast_channel       50:00.000   50:00.000   55:00.000
  bonded_truck       55:00.000  120:00.000
  zone_gate         150:00.000  151:00.000  152:00.000
  unloading         152:00.000  161:00.000  171:00.000
  labelling         171:00.000  171:00.000  176:00.000

air_shipment 2       60:00.000  221:00.000   # [ordinary, neither inspected nor labelled] on the flight of 10:00
  ramp               60:00.000   60:00.000   70:00.000
  tally              70:00.000   70:00.000   85:00.000
  ordinary_channel   85:00.000   85:00.000  105:00.000
  bonded_truck      105:00.000  180:00.000               # in time for 11:00, but both slots are taken
  zone_gate         210:00.000  210:00.000  211:00.000
  unloading         211:00.000  211:00.000  221:00.000

order 0               3:32.856   60:00.000   # [mismatched, opened] takes the first of three units
  match_review        3:42.856    3:42.856    7:42.856   # after 10 s of automatic match
  picking             7:42.856    7:42.856   12:42.856
  sorting_line       12:42.856   12:42.856   13:42.856
  opening            13:42.856   13:42.856   23:42.856
  courier            23:42.856   60:00.000               # on the hour; closes 5 min before

order 1              15:20.654   60:00.000   # [mismatched, opened]
  match_review       15:30.654   15:30.654   19:30.654
  picking            19:30.654   19:30.654   24:30.654
  sorting_line       24:30.654   24:30.654   25:30.654
  opening            25:30.654   25:30.654   35:30.654
  courier            35:30.654   60:00.000

order 2              73:39.238  120:00.000   # [mismatched, not opened] takes the last unit
  match_review       73:49.238   73:49.238   77:49.238
  picking            77:49.238   77:49.238   82:49.238
  sorting_line       82:49.238   82:49.238   83:49.238
  courier            83:49.238  120:00.000

order 3             102:25.667  240:00.000   # [mismatched, not opened] waits for shipment 0: on the shelf at 166:00
  match_review      166:10.000  166:10.000  170:10.000
  picking           170:10.000  170:10.000  175:10.000
  sorting_line      175:10.000  175:10.000  176:10.000
  courier           176:10.000  240:00.000               # 12:00 closed at minute 175

errand 0             40:20.113   60:20.113   # [online] 20 min, which is when it is due
errand 1             83:10.730  105:00.000   # [counter] closed from 10:00 to 10:30, minute 90
  counter            83:10.730   90:00.000  105:00.000
"""


def clock(minute: float) -> str:
    """`10:31.826` of a minute."""
    minutes, ms = divmod(round(minute * MINUTE_MS), MINUTE_MS)
    return f"{minutes}:{ms / 1000:06.3f}"


def told(trace: Trace) -> list[list[str]]:
    """The trace as the rows of the table above."""
    lines = pd.concat([visits(trace), boardings(trace).rename(columns={"departed_min": "start_min"})])
    lines["place"] = lines["station"].fillna(lines["service"])
    rows = []
    for flow, name in enumerate(trace.plan.flows.names):
        for entity, ends in enumerate(zip(trace.arrival_ms(flow), trace.finished_ms(flow), strict=True)):
            rows.append([name, str(entity), *(clock(end / MINUTE_MS) for end in ends)])
            own = lines[(lines["flow"] == name) & (lines["entity"] == entity)].sort_values("joined_min", kind="stable")
            for line in own.itertuples():
                times = (line.joined_min, line.start_min, line.end_min)
                rows.append([line.place, *(clock(time) for time in times if not pd.isna(time))])
    return rows


def test_every_step_of_the_tiny_scenario_happens_when_a_planner_would_expect(simulate: Simulate) -> None:
    scenario = load(TINY).scenario
    net = network(scenario)
    trace = simulate(compile_network(net), draw(net, scenario.seed))
    expected = [line.partition("#")[0].split() for line in EXPECTED.splitlines() if line.strip()]
    assert told(trace) == expected
