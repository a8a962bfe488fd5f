"""The engines: `simulate(plan, demand)` turns a plan and a demand into a trace. They are deterministic.

What happens when things happen at once
---------------------------------------
Every engine obeys one rule, the three-phase method (Tocher 1963), to the last millisecond:

A. The clock moves to the next due time *t*. Nothing due at or after the end of the run happens.
B. Everything due at *t* is applied, to state only: holds end and release what they held, entities arrive and join
   lines, rosters change, people who were called or moved arrive, departures close, goods are put, partners finish. An
   entity goes through as many steps as need no grant: it leaves, puts, skips, joins the next line. Nothing is granted.
   The order within B does not matter: every line is ordered by (priority, joined, entity), and everything else is a
   sum. Where the roster of a pool changes that shares its people, all of them are back in their own pools, and nobody
   is on the way any more.
Decide. The staffing rules that are due at *t* see the lines and pools as the first B of the moment left them, once. A
   rule is due at fixed intervals from the start on; a rule for people who are shared also whenever one of their
   rosters changes, at 0 too. People who leave a pool leave it now. People who are called or moved arrive later, in a
   B, or at once where that takes no time. All engines use the rules of `clearsim.staffing.live`.
C. Grants, of three kinds. They share nothing, so the order of the kinds does not matter. Within the line of a stock
   nobody overtakes.
   Stations: the heads of the lines are looked at in the order (priority, joined, entity). The first that fits into what
   is free and not kept by heads before it is granted its needs, the next of its line becomes a head, and the heads are
   looked at anew, until none fits. A head that does not fit waits. It keeps what is free of every keepable pool that it
   needs, up to its needs, if all that it lacks is of keepable pools with as many on duty as it needs; otherwise it
   keeps nothing. What it lacks is judged against what is free and not kept by heads before it. Which pools are keepable
   is in `clearsim.plan.keeping`.
   Departures: those that closed at *t*, in the order of the plan, take the heads of their lines while they fit into the
   slots that are left. The first that does not fit waits, and all behind it; where the service allows passing, those
   behind that fit are taken too. They leave later, at their departure time.
   Stocks: every stock serves its line's head while it holds enough. A head that it cannot serve and whose patience is
   over gives up, and the next is looked at. Behind a head that waits on, entities whose patience is over give up. So an
   entity with a patience of 0 is served in the C of that moment or not at all.

What C granted goes on at *t* in a new B: holds begin, and those of length zero are due at once. B and C alternate
until nothing is due at *t*.

Departures close and leave as the plan schedules them, and as much later as the demand says.

The priority at a station is the station's plus the entity's; at services and stocks it is the entity's alone. An
entity's number is its row in the demand. Capacity that falls below what is in use interrupts nobody: work in progress
is finished, then the place closes. Where a pace is given, a hold takes its drawn length divided by the pace of the
moment at which it begins, to whole milliseconds. An entity that gives up has ended its flow: its partner waits no
longer. A step that does not concern an entity takes no time and leaves stamps of the moment at which it was passed.
"""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with the finished share of the work, from 0 to 1."""
