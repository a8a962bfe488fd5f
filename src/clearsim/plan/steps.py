"""The steps of all flows as one table."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from clearsim.network.flows import Flow
from clearsim.network.network import Network
from clearsim.network.pace import Pace
from clearsim.network.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Step, Take, Travel
from clearsim.plan.columns import columns_by_step, flag_bits
from clearsim.plan.rows import NONE, STAMPS, Code, Steps, frozen, ints
from clearsim.units import to_ms


def step_rows(network: Network, stocks: Sequence[tuple[str, str]], paces: Sequence[Pace]) -> Steps:
    """One row a step; `stocks` are the rows of all stocks as (stock, family), `paces` those of the plan."""
    index = {
        kind: {item.name: i for i, item in enumerate(getattr(network, kind))}
        for kind in ("stations", "services", "flows")
    }
    paced = {station.name: station.pace for station in network.stations}
    first_stock = {stock: stocks.index((stock, family)) for stock, family in reversed(stocks)}
    rows: list[dict[str, Any]] = []
    for flow in network.flows:
        bits = flag_bits(flow)
        columns = stamps = 0
        for step, column in columns_by_step(flow, network):
            code = code_of(step)
            target, number = NONE, 0
            if isinstance(step, Serve | Enter | Leave):
                target = index["stations"][step.station]
            elif isinstance(step, Await):
                target = index["flows"][step.flow]
            elif isinstance(step, Board):
                target = index["services"][step.service]
            elif isinstance(step, Take | Put):
                target = first_stock[step.stock]
            if isinstance(step, Serve | Travel | Hold) and column is None:
                number = to_ms(step.time.expected)
            if isinstance(step, Board) and isinstance(step.slots, int):
                number = step.slots
            booked = step.booked if isinstance(step, Board) else None
            patience = step.patience if isinstance(step, Take) else None
            pace = step.pace if isinstance(step, Travel | Hold) else None
            if isinstance(step, Serve):
                pace = paced[step.station]
            rows.append(
                {
                    "code": code,
                    "target": target,
                    "only": sum({bits[name] for name in step.only_if}),
                    "unless": sum({bits[name] for name in step.unless}),
                    "number": number,
                    "column": NONE if column is None else columns,
                    "amount": step.amount if isinstance(step, Take | Put) else 0,
                    "stamp": stamps if code in STAMPS else NONE,
                    "booked_ms": NONE if booked is None else to_ms(booked),
                    "pace": NONE if pace is None else paces.index(pace),
                    "patience_ms": NONE if patience is None else to_ms(patience),
                }
            )
            columns += column is not None
            stamps += STAMPS.get(code, 0)
    all_steps = [step for flow in network.flows for step in flow.steps]
    return Steps(
        **{name: ints(row[name] for row in rows) for name in Steps._fields if rows and name in rows[0]},
        driver=tuple(step.driver for step in all_steps),
        is_travel=frozen(np.array([isinstance(step, Travel) for step in all_steps], dtype=np.bool_)),
        milestone=tuple(step.milestone for step in all_steps),
        milestone_of=tuple(step.milestone_of for step in all_steps),
    )


def stamps_of(flow: Flow) -> int:
    """How many stamps an entity of the flow leaves."""
    return sum(STAMPS.get(code_of(step), 0) for step in flow.steps)


def code_of(step: Step) -> Code:
    """The code of the step in the plan."""
    if isinstance(step, Take) and step.patience is not None:
        return Code.TRY
    codes = {
        Serve: Code.SERVE,
        Enter: Code.ENTER,
        Leave: Code.LEAVE,
        Travel: Code.HOLD,
        Hold: Code.HOLD,
        Await: Code.AWAIT,
        Board: Code.BOARD,
        Take: Code.TAKE,
        Put: Code.PUT,
    }
    return codes[type(step)]
