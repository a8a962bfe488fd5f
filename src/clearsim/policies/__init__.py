"""Policies: who is on duty when, as pure functions of the network and, while a run goes on, of what can be seen."""

from clearsim.flow.network import Network

__all__ = ["planned"]


def planned(network: Network) -> Network:
    """The network with every `Forecast` carried out: its pools have a `Planned` capacity, the rule is gone."""
    return network
