"""The Flask application of the LAN server, put together from its blueprints."""

from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask

from appliance.lan_server.access import begin, doors, sign_in
from appliance.lan_server.access.gate import GATE, Gate
from appliance.lan_server.api import door as api
from appliance.lan_server.pages import (
    account,
    page,
    pair_page,
    registers,
    today,
    tokens,
    trust,
    web_access,
)
from appliance.lan_server.pair_api import pair_api
from appliance.lan_server.room import ROOM, Room, here
from appliance.lan_server.wire_api import wire_api
from appliance.services.passwords import keys_of

PAGES: Final = (
    begin.BLUEPRINT,
    sign_in.BLUEPRINT,
    account.BLUEPRINT,
    web_access.BLUEPRINT,
    today.BLUEPRINT,
    registers.BLUEPRINT,
    pair_page.BLUEPRINT,
    trust.BLUEPRINT,
    tokens.BLUEPRINT,
)
"""The back office, page by page; what is not here yet is not in the navigation either."""


def create_app(room: Room, gate: Gate | None = None) -> Flask:
    """An application that works in `room`. Nothing is opened or closed here. `gate` is for tests."""
    app = Flask("appliance.lan_server", static_url_path="/static")
    first, *others = (_key_for_forms(key) for key in keys_of(room.keeper))
    app.config.update(SECRET_KEY=first, SECRET_KEY_FALLBACKS=others)
    app.extensions[ROOM] = room
    app.extensions[GATE] = gate or Gate()
    app.extensions[api.API] = api.ApiGate()
    app.add_url_rule("/health", "health", lambda: ("ok\n", {"Content-Type": "text/plain"}))
    if room.network is not None:
        app.register_blueprint(wire_api)
        app.register_blueprint(pair_api)
    app.register_blueprint(api.BLUEPRINT)
    doors.install(app)
    page.install(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    return app


def _key_for_forms(key: bytes) -> bytes:
    """What signs the cookie beside forms: the same on every server of the shop."""
    return HKDF(SHA256(), 32, salt=None, info=b"open-pos forms").derive(key)


__all__ = ["ROOM", "create_app", "here"]
