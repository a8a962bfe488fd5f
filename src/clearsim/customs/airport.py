"""Air imports: the shipment from landing to the shelf, through the fast channel or the ordinary one (S7, S9)."""

from clearsim.network import Board, Category, Flow, Label, Landing, Landings, Put, Serve, Share, Travel
from clearsim.network.attributes import Attribute
from clearsim.scenario import Scenario
from clearsim.scenario.demand import Flights
from clearsim.scenario.sites import Airport, Eligible, Roads, Warehouse, Zone


def air_shipment(
    s: Scenario, flights: Flights, airport: Airport, zone: Zone, warehouse: Warehouse, roads: Roads
) -> Flow:
    """One pallet of a flight: ramp, tally, customs, bonded truck, zone gate, label, shelf."""
    return Flow(
        "air_shipment",
        label=Label("air shipments"),
        milestones={
            "released": Label("released"),
            "out_of_terminal": Label("out of the terminal"),
            "on_shelf": Label("on the shelf"),
        },
        arrivals=Landings(
            tuple(Landing(flight.at, flight.pallets, flight.days) for flight in flights.timetable),
            delay=flights.delay,
        ),
        attributes={
            **_eligibility(airport.fast_eligible),
            "inspected": Share(airport.inspected),
            "labelled": Share(warehouse.labelling.share),
            "family": Category({name: family.shipments for name, family in warehouse.families.items()}),
        },
        steps=[
            Serve("ramp", airport.ramp.time),
            Serve("tally", airport.tally.time),
            Serve("fast_channel", airport.fast_channel.time, only_if="fast"),
            Serve("ordinary_channel", airport.ordinary_channel.time, unless="fast"),
            Serve(
                "airport_inspection",
                airport.inspection.time,
                only_if="inspected",
                milestone="released",
                milestone_of="all",
            ),
            Board("bonded_truck", milestone="out_of_terminal"),
            Travel(roads.airport_to_zone),
            Serve("zone_gate", zone.gate.time),
            Serve("unloading", warehouse.unloading.time),
            Serve(
                "labelling",
                warehouse.labelling.time,
                only_if="labelled",
                milestone="on_shelf",
                milestone_of="all",
            ),
            Put("bonded_stock", warehouse.units_per_pallet, family="family"),
        ],
        apart="fast",
        groups={"fast": Label("fast channel"), "not fast": Label("ordinary clearance")},
    )


def _eligibility(eligible: float | Eligible) -> dict[str, Attribute]:
    """Whether a shipment may use the fast channel, and its class of shippers where eligibility depends on these."""
    if not isinstance(eligible, Eligible):
        return {"fast": Share(eligible)}
    if eligible.by_family:
        return {"fast": Share(1.0, {"family": eligible.by_family})}
    return {
        "shipper": Category({name: shipper.share for name, shipper in eligible.by_shipper.items()}),
        "fast": Share(1.0, {"shipper": {name: shipper.eligible for name, shipper in eligible.by_shipper.items()}}),
    }
