"""The endpoints that need no credential and belong to no object."""

from __future__ import annotations

from steps.api.exchange import Exchange
from steps.api.operations import SV_1, SV_2, SV_3, SV_4, SV_5
from steps.api.utils import Api, CloudContext


def root(context: CloudContext) -> Exchange:
    """Read `/` (SV-1). A redirect to the documentation is as good as 200, so no status raises."""
    api = Api(context)
    return api.send(api.request(SV_1))


def health(context: CloudContext) -> Exchange:
    """Read whether the cloud is up (SV-2). Raises CloudRefusal."""
    return Api(context).call(SV_2)


def openapi(context: CloudContext) -> Exchange:
    """Read the cloud's description of itself (SV-3). Raises CloudRefusal."""
    return Api(context).call(SV_3)


def qt_openapi(context: CloudContext) -> Exchange:
    """Read the description of the toolbox (SV-4). Raises CloudRefusal."""
    return Api(context).call(SV_4)


def status(context: CloudContext) -> Exchange:
    """Read the state of the cloud's parts (SV-5). Raises CloudRefusal."""
    return Api(context).call(SV_5)
