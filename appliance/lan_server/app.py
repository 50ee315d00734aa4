"""The Flask application of the LAN server, put together from its blueprints."""

from flask import Flask

from appliance.lan_server.pair_api import pair_api
from appliance.lan_server.room import ROOM, Room, here
from appliance.lan_server.wire_api import wire_api


def create_app(room: Room) -> Flask:
    """An application that works in `room`. Nothing is opened or closed here."""
    app = Flask("appliance.lan_server", static_url_path="/static")
    app.extensions[ROOM] = room
    app.add_url_rule("/health", "health", lambda: ("ok\n", {"Content-Type": "text/plain"}))
    if room.network is not None:
        app.register_blueprint(wire_api)
        app.register_blueprint(pair_api)
    return app


__all__ = ["ROOM", "create_app", "here"]
