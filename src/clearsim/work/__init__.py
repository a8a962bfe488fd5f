"""How replications are computed: cases in blocks, by any workers, with finished blocks kept."""
