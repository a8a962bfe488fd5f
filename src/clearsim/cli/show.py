"""`clearsim map`, `kpis` and `compile`: what the network is, what the KPIs mean, the engine made ready."""

from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve

from clearsim.cli.app import command, refuse
from clearsim.cli.interruption import interruption
from clearsim.cli.options import Force, Policy, ScenarioFile, Settings, new_file
from clearsim.cli.reading import read
from clearsim.cli.screen import say, width
from clearsim.language import Text, word


@command("map")
def draw_map(
    file: ScenarioFile,
    settings: Settings = [],  # noqa: B006  # Typer copies it
    policy: Policy = None,
    svg: Annotated[
        Path | None, typer.Option(parser=new_file, metavar=Text("FILE"), help=Text("Draw it as SVG too."))
    ] = None,
    force: Force = False,
) -> None:
    """Show the network of a scenario: its flows, step by step, with stations, people and departures."""
    from clearsim.customs import network
    from clearsim.network.excerpt import excerpt
    from clearsim.outputs import sealed, write_file
    from clearsim.report.map.drawing import network_svg, network_text
    from clearsim.staffing import planned

    written = network(read(file, settings, policy).scenario)
    by_rule = {pool.name: pool.capacity for pool in planned(excerpt(written).network).pools}
    net = evolve(written, pools=[evolve(pool, capacity=by_rule[pool.name]) for pool in written.pools])
    if svg is not None:
        write_file(svg, sealed(network_svg(net)), inputs=[file], force=force)
    print(word(network_text(net, width=width())))


@command("compile")
def compile_kernel() -> None:
    """Compile the engine now, so that the next run need not."""
    from clearsim.experiment import compile_engine, preparation

    if notice := preparation("compiled"):
        say(notice)
    compile_engine()
    interruption.heed()
    if preparation("compiled"):
        refuse(Text("the compiled engine cannot be kept; it is compiled again in every run"))
    print(word(Text("the compiled engine is ready")))


@command()
def kpis() -> None:
    """Print the definition of every KPI (Markdown)."""
    from clearsim.report.reference import kpi_reference

    print(word(kpi_reference()), end="")
