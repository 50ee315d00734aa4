"""The Flask application of the LAN server, put together from its blueprints."""

from typing import Final, cast

from flask import Flask, current_app

from appliance.lan_server.room import Room

ROOM: Final = "open-pos-room"


def create_app(room: Room) -> Flask:
    """An application that works in `room`. Nothing is opened or closed here."""
    app = Flask("appliance.lan_server", static_url_path="/static")
    app.extensions[ROOM] = room
    app.add_url_rule("/health", "health", lambda: ("ok\n", {"Content-Type": "text/plain"}))
    return app


def here() -> Room:
    """The room of the request at hand."""
    return cast(Room, current_app.extensions[ROOM])
