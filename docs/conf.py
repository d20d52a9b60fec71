"""The docs site, made by Sphinx: `make docs` builds it into site/, without a network."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pipeline.settings import program_version

project = "The claims ledger"
author = "The claims ledger's authors"
version = release = program_version()
extensions = ["myst_parser", "sphinx.ext.autodoc", "reference_pages"]
exclude_patterns = ["**/.*", "systemd", "*.ipynb"]
root_doc = "index"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nitpicky = False
suppress_warnings = ["myst.xref_missing"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
html_theme = "furo"
html_static_path = ["looks"]
html_css_files = ["docs.css"]
html_title = "The claims ledger"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"footer_icons": []}
