"""What several figures say of their numbers."""

from clearsim.language import Text


def means(replications: int) -> Text:
    """Over how many replications the means are."""
    if replications == 1:
        return Text("One replication (n = 1), so no 95 % band.")
    return Text("Means of n = {n} replications.", n=replications)
