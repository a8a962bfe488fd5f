"""The documentation: `nox -s docs` builds it, with every warning an error.

Pages are Markdown (MyST), the API is read from docstrings, and the reference of scenarios, KPIs and commands is made
from the code before every build (`pages.py`). Neither the build nor the site fetches anything from the network.
"""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))

from pages import write_pages

project = "clearsim"
author = "The clearsim developers"
version = release = version_of("clearsim")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
]
exclude_patterns = ["_build"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
default_role = "code"
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = f"clearsim {version}"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
copybutton_prompt_text = "$ "


def setup(app: Sphinx) -> None:
    """Write the pages that are made from the code, before Sphinx looks for pages."""
    app.connect("builder-inited", lambda _: write_pages())
