"""`python -m clearsim.cli`: the command line where its script is not at hand."""

from clearsim.cli import main

if __name__ == "__main__":
    main()
