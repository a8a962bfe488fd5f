"""clearsim."""
