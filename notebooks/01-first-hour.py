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
# **The question:** how many minutes of a driver's waiting does it save if declarations are filed before the truck
# arrives? And at a border of our own: is a third booth worth its staff?
#
# A **scenario** is what a planner writes. It becomes a **network** of flows. A **run** of the network gives tables and
# figures. This notebook goes that way once, changes a policy, and then builds a network without a scenario. It runs in
# a few seconds.
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
# A scenario is a YAML file. Every number in it has a unit, and a source or the word `assumed`. All mistakes are
# reported at once, each with its line. Settings change values while a file is loaded, as `--set` does on the command
# line. Here they keep the day's trucks and remove everything else, so that the run takes a moment.

# %%
only_trucks = ["demand.orders=null", "demand.flights=null", "demand.errands=null"]
loaded = load(ordinary_day, settings=only_trucks)
scenario = loaded.scenario
print(scenario.title)
print("trucks a day:", scenario.demand.export_trucks.per_day, "--", loaded.origin("demand.export_trucks.per_day"))

# %% [markdown]
# The scenario's network shows what a truck goes through. `cab` and `out` say where the driver is during a step; `=>`
# names a milestone, a moment up to which dwell times are measured.

# %%
print(network_text(network(scenario)))

# %% [markdown]
# ## 2. Run
#
# All random numbers are drawn before the run. The same seed gives the same results. Ten replications are ten different
# days, and each KPI comes with the half-width of its 95 % interval.

# %%
day = run(scenario, replications=10)
kpis = day.to_pandas()
kpis[kpis.kpi.isin(["wait_mean", "wait_p95", "line_peak"])].round(2).head(12)

# %% [markdown]
# KPIs are computed from visits: which entity joined which line, when its service began, and when it ended (in minutes
# after the start; first replication). A KPI of your own is a few lines of pandas on this table.

# %%
visits = day.visits()
visits["wait_min"] = visits.start_min - visits.joined_min
visits.groupby("station").wait_min.agg(["count", "mean", "max"]).sort_values("max", ascending=False).round(1)

# %%
queues_by_hour(day.trace)

# %% [markdown]
# ## 3. Change a policy
#
# *Pre-report*: the declaration is filed and reviewed before the truck arrives, and the driver stays in the cab. How
# much waiting does it save if none, three in ten, or all of the trucks take part?
#
# The three runs use the same random numbers: the same trucks arrive at the same moments with the same goods. Only what
# the policy changes is different. Therefore few replications suffice to see the difference.

# %%
policies = {
    f"pre-report {share} %": run(
        load(ordinary_day, settings=[*only_trucks, f"policy.pre_report.share={share} %"]).scenario, replications=10
    )
    for share in (0, 30, 100)
}
driver_minutes(policies)

# %% [markdown]
# The answer to the first question is in the figure: compare the minutes of waiting in the three bars.
#
# A scenario is a value that cannot be changed. `model_copy` makes a changed copy, with the same effect as a setting:

# %%
pre_report = scenario.policy.pre_report.model_copy(update={"share": 1.0})
everybody = scenario.model_copy(update={"policy": scenario.policy.model_copy(update={"pre_report": pre_report})})
same = run(everybody, replications=10).kpi("driver_wait_mean", flow="export_truck")
before = policies["pre-report 100 %"].kpi("driver_wait_mean", flow="export_truck")
print(f"driver wait: {same:.2f} min, the same as above: {same == before}")

# %% [markdown]
# ## 4. A port of your own
#
# A network is made of a few kinds of parts. **Pools** are people or equipment. A **station** has one line, and says
# what it needs of the pools to serve one entity. A **flow** is a list of steps. Here is a road border: every truck
# passes a booth, and one in ten is inspected, which needs a bay *and* two officers at the same time.


# %%
def border(booths: int) -> Network:
    """A road border with the given number of booths."""
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
# Before you trust a model, let it compute something that you know. Two booths, random arrivals and exponential times
# are the M/M/2 queue of the textbooks. With an offered load of 1.5 booths its mean wait is
# 3·0.75²/(1 − 0.75²) = 3.86 minutes. A 95 % interval contains the true value in 95 of 100 experiments.

# %%
two = run(border(2), seed=1, replications=10)
wait = next(row for row in two.kpis if (row.kpi, row.station) == ("wait_mean", "booth"))
print(f"mean wait at the booth: {wait.mean:.2f} ± {wait.half_width:.2f} min (n = {wait.n})")
print(f"in theory:              {3 * 0.75**2 / (1 - 0.75**2):.2f} min")

# %% [markdown]
# The second question: how many minutes does a third booth save?

# %%
driver_minutes({"two booths": two, "three booths": run(border(3), seed=1, replications=10)})

# %% [markdown]
# ## The decision
#
# By theory the mean wait falls from 3.86 to 0.47 minutes with a third booth. At 30 trucks an hour that saves some 40
# hours of drivers' time a day, for 24 more hours of a booth. Open it if an hour of the booth costs less than 1.7 hours
# of a driver. The inspection keeps its three bays and its officers: more booths do not shorten its line.
#
# ## Further
#
# - `scenarios/` has the scenarios that come with clearsim. Copy one and put in your own numbers.
# - `clearsim check`, `clearsim run` and `clearsim kpis` do on the command line what this notebook does in Python.
# - The steps of a flow are described in `clearsim.network.steps`, and what happens at the same instant in
#   `clearsim.engines`.
