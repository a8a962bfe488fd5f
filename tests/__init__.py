"""The tests of clearsim. A test's name is the claim that it tests."""
