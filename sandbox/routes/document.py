"""The OpenAPI documents that the cloud serves: SV-3, SV-4."""

import json
from functools import cache
from importlib.resources import files


@cache
def served_document() -> str:
    """SV-3."""
    return (files("sandbox") / "data" / "published.json").read_text("utf-8")


@cache
def toolbox_document() -> str:
    """SV-4: the toolbox is not part of this cloud, so its document has no operations."""
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Toolbox", "version": "v2.8.0"}, "paths": {}})
