"""SV-1 to SV-6: what anyone may ask."""

from sandbox.json_text import Json, JsonText
from sandbox.routes import document
from sandbox.routes.calls import Call
from sandbox.rules import clock
from sandbox.store import platforms_table
from sandbox.store.records import Platform


def home(call: Call) -> Json:
    """SV-1, SV-1.1."""
    return {"message": "ok"}


def health(call: Call) -> Json:
    """SV-2."""
    return {"message": "ok"}


def openapi(call: Call) -> Json:
    """SV-3."""
    return document.served(call.cloud, call.operations)


def toolbox_openapi(call: Call) -> Json:
    """SV-4.1: a document without operations, as the toolbox is not part of this cloud."""
    return document.toolbox()


def status(call: Call) -> Json:
    """SV-5."""
    return {"db": "ok", "server": "ok"}


def public_platforms(call: Call) -> Json:
    """SV-6, SV-6.3."""
    return [public_view(platform) for platform in platforms_table.every(call.cloud.db)]


def public_view(platform: Platform) -> Json:
    """SV-6.1, SV-6.2: what anyone may know of a platform, and nothing else."""
    return {
        "id": platform.platform_id,
        "name": platform.name,
        "description": platform.description,
        "type": platform.type,
        "status": platform.status,
        "maintenance": JsonText(platform.maintenance) if platform.maintenance else None,
        "statistic": {},
        "created_date": clock.iso(platform.created),
    }
