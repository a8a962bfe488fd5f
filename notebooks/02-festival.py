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
# # The festival: from a question to a decision
#
# Singles' Day 2022 at Chongqing's volumes: eighteen days, two waves, 2.7 million bonded orders. The scenario has
# policies in its section `compare:`.
#
# **The question:** which policies release nine orders in ten within three hours, and which of these is the cheapest?
# Prices, rosters and lanes are *assumed*. Before you decide anything, put your own into the scenario.
#
# Ten replications of six policies take some minutes on two cores. Finished work is kept in a folder, so a second run of
# this notebook takes seconds, and an interruption loses little.

# %%
import os
import tempfile
from pathlib import Path

import clearsim as cs
from clearsim.report.figures import differences, frontier

FAST = bool(os.environ.get("CLEARSIM_FAST"))
REPLICATIONS = 3 if FAST else 10
THIN = ["demand.orders.per_day=400"] if FAST else []  # a hundredth of the orders: quick, and no answer to the question
POLICIES = ["all report", "squad", "called in", "by forecast", "more lanes"]

here = Path(__file__).parent if "__file__" in globals() else Path.cwd()
festival = cs.load(here.parent / "scenarios" / "double11.yaml", THIN)
kept = Path(tempfile.gettempdir()) / "clearsim-festival"
print(festival.scenario.question.en)

# %% [markdown]
# ## The same random numbers for all policies
#
# In every replication the same orders are placed at the same seconds under each policy, and each takes the same time to
# pick. Two policies differ only because of what they change. Differences are taken replication by replication. Their
# intervals are wide enough to hold for all pairs of policies at once, with 95 % confidence.

# %%
RELEASED, COST, WAIT = "order:dwell_p90@released", "total_cost", "driver_wait_mean"
study = cs.Study(store=kept, resume=True)
compared = cs.compare(festival, policies=POLICIES, kpis=[RELEASED, COST, WAIT], replications=REPLICATIONS, study=study)
compared

# %% [markdown]
# ## What each policy changes
#
# An interval left of the line means less than under the festival's rosters. An interval that touches the line is grey:
# no difference is proven.

# %%
differences(compared, RELEASED)

# %%
differences(compared, COST)

# %% [markdown]
# Pre-report changes nothing for the orders, but it shortens the drivers' waits:

# %%
differences(compared, WAIT)

# %% [markdown]
# ## Staff hours against waiting
#
# Policies on the frontier are those for which no other has both fewer hours and a shorter wait. A policy to the right
# of the frontier spends hours without shortening the wait.

# %%
frontier(compared)

# %%
frontier(compared, y=RELEASED)

# %% [markdown]
# ## The decision
#
# Among the policies that release nine orders in ten within three hours, the cheapest is selected by the procedure KN.
# With 95 % confidence, no other policy of these is cheaper by CNY 50 000 or more. The replications that `compare` has
# finished are used again.

# %%
chosen = cs.select(
    festival,
    COST,
    indifference="CNY 50 000",
    bounds=[f"{RELEASED} <= 3 h"],
    policies=POLICIES,
    first=REPLICATIONS,
    ceiling=2 * REPLICATIONS,
    study=study,
)
chosen

# %%
if chosen.best is None:
    print("No policy is known to keep the promise: add replications, or people.")
else:
    best = next(judged for judged in chosen.policies if judged.name == chosen.best)
    cost = f"CNY {best.mean:,.0f} ± {best.half_width:,.0f}".replace(",", " ")
    print(f"{chosen.labels[chosen.best].en}: {cost} (prices assumed), n = {best.n}.")

# %% [markdown]
# Plan the festival with this policy if your own prices lead to the same result. One limit: a forecast sets the number
# of people hour by hour and knows no shifts. Real rosters usually need more hours. And the answer is only as good as
# the scenario: it says which policy is better if these numbers are right.
