"""The whole trace of `scenarios/tiny.yaml`, worked out by hand; with the scenario beside it every line can be
followed. The seed is `SEED`, not that of the scenario.

Times are minutes:seconds.milliseconds after the start at 09:00, so that 120:00.000 is 11:00. A heading says when an
entity arrived and when it finished. A line says when it joined the line of a station, when it started and when it
ended; of a departure, when it joined and when it left. All that is random is in the headings and in brackets.
"""

import pandas as pd

from clearsim.customs import network
from clearsim.demand import draw
from clearsim.plan import compile_network
from clearsim.scenario import load
from clearsim.trace import Trace
from clearsim.trace.tables import boardings, visits
from clearsim.units import MINUTE_MS
from tests.networks import Simulate
from tests.paths import TINY

SEED = 828
"""Chosen so that entities of every flow come, and meet a busy officer, an empty shelf and a full train."""

EXPECTED = """
export_truck 0        60:49.170  180:00.000               # [neither pre-reported nor controlled]
  zone_gate           60:49.170   60:49.170   61:49.170
  zone_yard           61:49.170   61:49.170   82:26.146   # until the truck is sealed
  documents           66:49.170   71:26.146   81:26.146   # after 5 min on foot; declaration 1 is there
  sealing             81:26.146   81:26.146   82:26.146
  rail_gate           97:26.146   97:26.146   98:26.146   # 15 min on the road; not linked, so checked again
  rail_yard           98:26.146   98:26.146  108:26.146
  train              108:26.146  180:00.000               # 11:00 closed at 10:30, minute 90; 12:00 closes at minute 150

export_truck 1        91:26.146  240:00.000               # [pre-reported; controlled, by machine]
  zone_gate           91:26.146   91:26.146   92:26.146
  zone_yard           92:26.146   92:26.146   96:26.146
  machine_scan        92:26.146   92:26.146   95:26.146   # no walk, no papers: the declaration is done
  sealing             95:26.146   95:26.146   96:26.146
  rail_gate          111:26.146  111:26.146  112:26.146
  rail_yard          112:26.146  112:26.146  122:26.146
  train              122:26.146  240:00.000               # in time for 12:00, but truck 0 has its only slot

export_truck 2       114:37.471  300:00.000               # [not pre-reported; controlled, by hand]
  zone_gate          114:37.471  114:37.471  115:37.471
  zone_yard          115:37.471  115:37.471  151:37.471
  documents          120:37.471  120:37.471  130:37.471
  inspection         130:37.471  130:37.471  150:37.471   # the papers first, then both inspectors
  sealing            150:37.471  150:37.471  151:37.471
  rail_gate          166:37.471  166:37.471  167:37.471
  rail_yard          167:37.471  167:37.471  177:37.471
  train              177:37.471  300:00.000               # 12:00 closed at minute 150, 13:00 is full

declaration 0         60:49.170   60:49.170               # goes with its truck, not pre-reported: nothing to do
declaration 1         61:26.146   71:26.146               # 30 min before its truck
  documents           61:26.146   61:26.146   71:26.146
declaration 2        114:37.471  114:37.471

air_shipment 0        10:00.000  161:00.000               # [ordinary, not inspected, not labelled] landed at 09:10
  ramp                10:00.000   10:00.000   20:00.000
  tally               20:00.000   20:00.000   35:00.000
  ordinary_channel    35:00.000   35:00.000   55:00.000
  bonded_truck        55:00.000  120:00.000               # 10:00 closed at minute 50
  zone_gate          150:00.000  150:00.000  151:00.000   # 30 min on the road
  unloading          151:00.000  151:00.000  161:00.000   # then 10 units are on the shelf

air_shipment 1        10:00.000  176:00.000               # [fast, inspected, labelled] on the same flight
  ramp                10:00.000   20:00.000   30:00.000   # one lane each, so that it waits for shipment 0
  tally               30:00.000   35:00.000   50:00.000
  fast_channel        50:00.000   50:00.000   55:00.000
  airport_inspection  55:00.000   55:00.000   70:00.000
  bonded_truck        70:00.000  120:00.000
  zone_gate          150:00.000  151:00.000  152:00.000
  unloading          152:00.000  161:00.000  171:00.000
  labelling          171:00.000  171:00.000  176:00.000

air_shipment 2        60:00.000  226:00.000               # [ordinary, inspected, labelled] on the flight of 10:00
  ramp                60:00.000   60:00.000   70:00.000
  tally               70:00.000   70:00.000   85:00.000
  ordinary_channel    85:00.000   85:00.000  105:00.000
  airport_inspection 105:00.000  105:00.000  120:00.000
  bonded_truck       120:00.000  180:00.000               # 11:00 closed at minute 110
  zone_gate          210:00.000  210:00.000  211:00.000
  unloading          211:00.000  211:00.000  221:00.000
  labelling          221:00.000  221:00.000  226:00.000

order 0               18:05.020   60:00.000               # [not mismatched, opened] takes the first of three units
  picking             18:15.020   18:15.020   23:15.020   # after 10 s of automatic match
  sorting_line        23:15.020   23:15.020   24:15.020
  opening             24:15.020   24:15.020   34:15.020
  courier             34:15.020   60:00.000               # on the hour; closes 5 min before

order 1               57:37.186  120:00.000               # [mismatched, opened]
  match_review        57:47.186   57:47.186   61:47.186
  picking             61:47.186   61:47.186   66:47.186
  sorting_line        66:47.186   66:47.186   67:47.186
  opening             67:47.186   67:47.186   77:47.186
  courier             77:47.186  120:00.000

order 2               69:05.351  120:00.000               # [not mismatched, opened] takes the last unit
  picking             69:15.351   69:15.351   74:15.351
  sorting_line        74:15.351   74:15.351   75:15.351
  opening             75:15.351   77:47.186   87:47.186   # one parcel at a time: it waits for order 1
  courier             87:47.186  120:00.000

order 3              109:43.414  180:00.000               # [mismatched, not opened] waits for shipment 0
  match_review       161:10.000  161:10.000  165:10.000
  picking            165:10.000  165:10.000  170:10.000
  sorting_line       170:10.000  170:10.000  171:10.000
  courier            171:10.000  180:00.000               # 12:00 closes at minute 175

errand 0              49:36.965   64:36.965               # [counter]
  counter             49:36.965   49:36.965   64:36.965   # closed from 10:00, minute 60; what is begun is finished

errand 1              57:40.708  105:00.000               # [counter]
  counter             57:40.708   90:00.000  105:00.000   # closed until 10:30, minute 90
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
    scenario = load(TINY, [f"seed={SEED}"]).scenario
    net = network(scenario)
    trace = simulate(compile_network(net), draw(net, scenario.seed))
    expected = [line.partition("#")[0].split() for line in EXPECTED.splitlines() if line.strip()]
    assert told(trace) == expected
