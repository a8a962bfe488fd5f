from clearsim.scenario.model import Scenario
