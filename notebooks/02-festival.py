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
# Singles' Day 2022 at Chongqing's volumes: eighteen days, two waves, 2.7 million bonded orders. The scenario names
# policies in its section `compare:`, and this notebook puts them on the same luck.
#
# **The question:** which of them releases nine orders in ten within three hours, and what is the cheapest that does?
# Prices, rosters and lanes are *assumed*: put your own into the scenario first.
#
# Ten replications of six policies take some minutes on two cores. What is finished is kept in a folder, so a second
# run of this notebook takes seconds, and whoever interrupts it loses nothing.

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
# ## The same luck for all
#
# In every replication the same orders are placed at the same seconds under each policy, and each takes the same time to
# pick. So what differs between two policies is owed to the policies. The interval of a difference is that of the
# paired differences, widened so that all pairs hold at once with 95 % confidence.

# %%
RELEASED, COST, WAIT = "order:dwell_p90@released", "total_cost", "driver_wait_mean"
study = cs.Study(store=kept, resume=True)
compared = cs.compare(festival, policies=POLICIES, kpis=[RELEASED, COST, WAIT], replications=REPLICATIONS, study=study)
compared

# %% [markdown]
# ## What each policy changes
#
# Left of the line is less than under the festival's rosters. What touches the line is grey: no difference is seen.

# %%
differences(compared, RELEASED)

# %%
differences(compared, COST)

# %% [markdown]
# Pre-report changes nothing for the orders, and a good deal for the drivers:

# %%
differences(compared, WAIT)

# %% [markdown]
# ## Staff hours against waiting
#
# Hours that buy nothing lie to the right of the frontier.

# %%
frontier(compared)

# %%
frontier(compared, y=RELEASED)

# %% [markdown]
# ## The decision
#
# The cheapest policy is chosen among those that keep the promise of three hours, by a procedure with a guarantee (KN):
# with 95 % confidence, nothing that was compared and keeps the promise is cheaper by CNY 50 000 or more. The
# replications that `compare` has finished are used again.

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
# A forecast plans people hour by hour and knows no shifts, so its hours are what rosters may come near to. And all
# of this is a model: it says which of these policies is better if the scenario is true.
