# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The first hour with clearsim
#
# One way through the house: a **scenario** is what a planner writes; from it come a **network** of flows, a **run**,
# and tables and figures. This notebook walks that way once, changes a policy, and ends with a port of its own.
# It runs in a few seconds.
#
# Open it with `jupytext --to ipynb 01-first-hour.py`, or run it as it is: `python 01-first-hour.py`.

# %%
from pathlib import Path

from clearsim.customs import network
from clearsim.experiment import run
from clearsim.network import Constant, Exponential, Flow, Label, Network, Poisson, Pool, Serve, Share, Station
from clearsim.report.figures import driver_minutes, queues_by_hour
from clearsim.report.map.drawing import network_text
from clearsim.scenario import load

here = Path(__file__).parent if "__file__" in globals() else Path.cwd()
ordinary_day = here.parent / "scenarios" / "ordinary-day.yaml"

# %% [markdown]
# ## 1. Load
#
# A scenario is a YAML file; every number in it has a unit, and a source or the word `assumed`. A mistake is reported
# with its line, all of them at once. Settings change values on the way in, as `--set` does on the command line.
# Here they leave the day's trucks and take everything else away, so that the run takes a moment.

# %%
only_trucks = ["demand.orders=null", "demand.flights=null", "demand.errands=null"]
loaded = load(ordinary_day, settings=only_trucks)
scenario = loaded.scenario
print(scenario.title)
print("trucks a day:", scenario.demand.export_trucks.per_day, "--", loaded.origin("demand.export_trucks.per_day"))

# %% [markdown]
# What a truck goes through stands in the scenario's network. `cab` and `out` say where the driver spends the step,
# `=>` names the moments from which dwell times are measured.

# %%
print(network_text(network(scenario)))

# %% [markdown]
# ## 2. Run
#
# All chance is drawn first, then simulated: the same seed gives the same numbers, on every machine. Ten replications
# are ten different days; each KPI comes with the half-width of its 95 % interval.

# %%
day = run(scenario, replications=10)
kpis = day.to_pandas()
kpis[kpis.kpi.isin(["wait_mean", "wait_p95", "line_peak"])].round(2).head(12)

# %% [markdown]
# Below the KPIs lie the visits: who joined which line when, when service began, when it ended (minutes after the
# start, first replication). Every KPI is a difference of two such stamps, and so is whatever you want to know.

# %%
visits = day.visits()
visits["wait_min"] = visits.start_min - visits.joined_min
visits.groupby("station").wait_min.agg(["count", "mean", "max"]).sort_values("max", ascending=False).round(1)

# %%
queues_by_hour(day.trace)

# %% [markdown]
# ## 3. Change a policy
#
# *Report before entering the zone, inspect on arrival* (入區前報備、運抵後即查): the declaration is reviewed while the
# truck drives, and its driver stays in the cab. What is it worth if nobody does it, three in ten, or everybody?
#
# The three runs share their luck: the same trucks arrive at the same moments with the same goods, and only what the
# policy concerns is different. So a few replications are enough to tell them apart.

# %%
policies = {
    f"pre-report {share} %": run(
        load(ordinary_day, settings=[*only_trucks, f"policy.pre_report.share={share} %"]).scenario, replications=10
    )
    for share in (0, 30, 100)
}
driver_minutes(policies)

# %% [markdown]
# A scenario is an immutable value. In a notebook `model_copy` changes it as well as a setting does:

# %%
pre_report = scenario.policy.pre_report.model_copy(update={"share": 1.0})
everybody = scenario.model_copy(update={"policy": scenario.policy.model_copy(update={"pre_report": pre_report})})
same = run(everybody, replications=10).kpi("driver_wait_mean", flow="export_truck")
before = policies["pre-report 100 %"].kpi("driver_wait_mean", flow="export_truck")
print(f"driver wait: {same:.2f} min, the same as above: {same == before}")

# %% [markdown]
# ## 4. A port of your own
#
# The domain's flows are written in a handful of words, and so can yours be: **pools** of staff or equipment,
# **stations** with one line each and what it takes to be served there, and **flows**: lists of steps. Here is a road
# border: a booth for everyone, a second look for one in ten, which takes a bay *and* two officers, together or not
# at all.


# %%
def border(booths: int) -> Network:
    """A road border with so many booths."""
    return Network(
        name=f"A road border with {booths} booths",
        duration="10 d",
        run_on="1 d",
        pools=[
            Pool("booths", booths),
            Pool("bays", 3),
            Pool("officers", {"00:00": 4, "08:00": 6}, kind="staff", label=Label("officers", "關員")),
        ],
        stations=[
            Station("booth", needs={"booths": 1}, label=Label("booth", "查驗亭")),
            Station("second_look", needs={"bays": 1, "officers": 2}, inspection=True),
        ],
        flows=[
            Flow(
                "truck",
                arrivals=Poisson("30/h"),
                attributes={"selected": Share(0.1)},
                steps=[
                    Serve("booth", Exponential("3 min"), driver="cab", milestone="through_the_booth"),
                    Serve(
                        "second_look",
                        Constant("20 min"),
                        only_if="selected",
                        driver="out",
                        milestone="released",
                        milestone_of="all",  # a truck that is not selected is released as it passes
                    ),
                ],
            )
        ],
    )


print(network_text(border(2)))

# %% [markdown]
# Before you trust a model, ask it something that you know. Two booths, random arrivals and exponential times are the
# textbook's M/M/2; with an offered load of 1.5 booths its mean wait is 3·0.75²/(1 − 0.75²) = 3.86 minutes.
# The interval should hold that number, and nineteen times in twenty such an interval does.

# %%
two = run(border(2), seed=1, replications=10)
wait = next(row for row in two.kpis if (row.kpi, row.station) == ("wait_mean", "booth"))
print(f"mean wait at the booth: {wait.mean:.2f} ± {wait.half_width:.2f} min (n = {wait.n})")
print(f"in theory:              {3 * 0.75**2 / (1 - 0.75**2):.2f} min")

# %% [markdown]
# And then ask what you do not know: what is a third booth worth to a driver?

# %%
driver_minutes({"two booths": two, "three booths": run(border(3), seed=1, replications=10)})

# %% [markdown]
# ## Where to go on
#
# - `scenarios/` holds the questions that come with clearsim; copy one and put your own numbers in.
# - `clearsim check`, `clearsim run` and `clearsim kpis` do on the command line what this notebook did in Python.
# - The words of a flow are told in `clearsim.network.steps`, what happens at the same instant in `clearsim.engines`.
