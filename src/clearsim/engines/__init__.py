"""The engines: `simulate(plan, demand)` turns a plan and a demand into a trace. They are deterministic.

What happens when things happen at once
---------------------------------------
Every engine obeys one rule, the three-phase method (Tocher 1963), to the last millisecond:

A. The clock moves to the next due time *t*. Nothing due at or after the end of the run happens.
B. Everything due at *t* is applied, to state only: holds end and release what they held, entities arrive and join
   lines, capacities change, departures close, goods are put, partners finish. An entity goes through as many steps as
   need no grant: it leaves, puts, skips, joins the next line. Nothing is granted. The order within B does not matter:
   every line is ordered by (priority, joined, entity), and everything else adds up.
C. One pass of grants. While the head of some line fits into what is free, the fitting head with the smallest
   (priority, joined, entity) over all stations is granted its needs. The departures that closed at *t*, in the order
   of the plan, take the heads of their lines up to their slots; they leave later, at their departure time. Every
   stock serves its line's head while it holds enough. Nobody overtakes within a line. These three kinds of grant
   share nothing, so their order does not matter.

What C granted goes on at *t* in a new B: holds begin, and those of length zero are due at once. B and C alternate
until nothing is due at *t*.

The priority at a station is the station's plus the entity's; at services and stocks it is the entity's alone. An
entity's number is its row in the demand. Capacity that falls below what is in use interrupts nobody: work in progress
is finished, then the place closes. A step that does not concern an entity takes no time and leaves stamps of the
moment at which it was passed.
"""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Told the finished share of the work, from 0 to 1."""
