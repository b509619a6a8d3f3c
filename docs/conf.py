"""Sphinx: the guides of this folder and the API from the docstrings. `make docs` builds them."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from bf_vae import __version__ as release  # noqa: F401

project = "bf_vae"
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode", "myst_parser"]
html_theme = "furo"
html_title = "bf_vae"
exclude_patterns = ["_build"]
# Docstrings are numpydoc; single backticks name things of Python.
napoleon_google_docstring = False
napoleon_use_rtype = False
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
# Keras' own methods, a hundred to a class, are in Keras' documentation.
autodoc_default_options = {"members": True, "inherited-members": False}
