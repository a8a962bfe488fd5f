"""The offered load: how many would be at every station, moment by moment, if nobody ever waited.

This is the mean of the infinite-server model, for which staffing by the modified offered load is done (Jennings,
Mandelbaum, Massey and Whitt 1996, *Management Science* 42; Feldman, Mandelbaum, Massey and Whitt 2008, *Management
Science* 54). It follows from the demand's profile, not from a random sample of arrivals: many probes of every flow are
drawn with a seed of their own and walk through the flow without lines; when they are at which station, counted from
their arrival, is convolved with the expected arrivals in cells of five minutes.

Two things make the probes exact in the mean. They are weighted so that every combination of the attributes on which
the flow depends has its own probability; and every time is scaled so that its mean over those who take the step is the
distribution's. What is left is the shape of long services, known to a fraction of a percent.

What is left out:

- Waiting for anything but a partner or a departure: for full departures, for stocks.
- The pace by how many are on duty.
- Which classes a surge concerns: it brings more, not others.

What is an average:

- Where a pace changes by the hour, all that follows the step is shifted by the average.
- After a departure, an entity on board is any of those that board.
- Departures are as late as they are on average.
- Where an attribute depends on the moment at which a companion comes, the mean lead is used.
- A budget a day is spent on as many as are expected that day.
"""

from clearsim.staffing.offered.cells import CELL_MS
from clearsim.staffing.offered.load import Offered, crew, offered, people

__all__ = ["CELL_MS", "Offered", "crew", "offered", "people"]
