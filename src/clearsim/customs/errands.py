"""Enterprise errands: tax and deposit, at the counter, online or by mail, before a due date (S11)."""

from clearsim.customs.arrivals import at_random
from clearsim.network import Category, Flow, Hold, Label, LateFee, Number, Serve
from clearsim.scenario import Scenario
from clearsim.scenario.demand import Errands
from clearsim.scenario.sites import Counter


def errand(s: Scenario, errands: Errands, counter: Counter) -> Flow:
    """An errand of an enterprise; one that is done after its due date costs a late fee."""
    online = max(0.0, 1 - errands.counter - errands.mail)
    return Flow(
        "errand",
        label=Label("enterprise errands"),
        milestones={"done": Label("done")},
        arrivals=at_random(errands, s),
        attributes={
            "channel": Category({"counter": errands.counter, "online": online, "mail": errands.mail}),
            "amount_cny": Number(errands.amount),
            "due_min": Number(errands.due_in),
        },
        steps=[
            Serve("counter", counter.counter.time, only_if="channel=counter"),
            Hold(counter.online, only_if="channel=online"),
            Hold(counter.mail, only_if="channel=mail", milestone="done", milestone_of="all"),
        ],
        late_fee=LateFee(
            due="due_min", amount="amount_cny", per_day=counter.late_fee.per_day, least_cny=counter.late_fee.least
        ),
    )
