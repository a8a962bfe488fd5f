"""What a run found, as the terminal shows it: the answers in a sentence each, tables, and notes about the numbers."""

from clearsim.experiment import Result
from clearsim.report.summary.flows import flow_table
from clearsim.report.summary.lines import wait_table
from clearsim.report.summary.money import money_table
from clearsim.report.summary.recovery import recovery_table
from clearsim.report.summary.remarks import notes, precision, warm_up_needed
from clearsim.report.summary.resources import resource_table
from clearsim.report.summary.sentences import findings
from clearsim.report.table import Table
from clearsim.scenario import Loaded, Scenario

__all__ = ["findings", "notes", "precision", "tables", "warm_up_needed"]


def tables(result: Result, loaded: Loaded[Scenario] | None = None) -> list[Table]:
    """Waits by station, recovery, the other KPIs by flow, then people, equipment and departures, and money.

    With `loaded`, the grade of every price is shown beside the costs. Tables without rows are left out.
    """
    found = [wait_table(result), recovery_table(result), flow_table(result), resource_table(result)]
    if result.network.prices is not None:
        found.append(money_table(result, loaded))
    return [table for table in found if table.rows]
