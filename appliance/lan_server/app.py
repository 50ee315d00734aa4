"""The Flask application of the LAN server, put together from its blueprints."""

from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask

from appliance.lan_server import imports, software
from appliance.lan_server.access import begin, doors, sign_in
from appliance.lan_server.access.gate import GATE, Gate
from appliance.lan_server.api import door as api
from appliance.lan_server.pages import (
    account,
    business_days,
    catalogue,
    catalogue_file,
    categories,
    hours,
    jobs,
    journal,
    journal_check,
    labour,
    leave,
    many,
    own,
    page,
    pair_page,
    pay_rule_forms,
    pay_rules,
    pay_term_forms,
    people,
    person,
    person_pay,
    pictures,
    products,
    put_right,
    registers,
    reports,
    sales,
    schedule,
    settings,
    software_page,
    stock,
    taxes,
    today,
    tokens,
    trust,
    wage_extras,
    wage_files,
    wage_forms,
    wages,
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
    people.BLUEPRINT,
    person.BLUEPRINT,
    person_pay.BLUEPRINT,
    jobs.BLUEPRINT,
    leave.BLUEPRINT,
    hours.BLUEPRINT,
    put_right.BLUEPRINT,
    schedule.BLUEPRINT,
    wages.BLUEPRINT,
    wage_forms.BLUEPRINT,
    wage_extras.BLUEPRINT,
    wage_files.BLUEPRINT,
    labour.BLUEPRINT,
    pay_rules.BLUEPRINT,
    pay_rule_forms.BLUEPRINT,
    pay_term_forms.BLUEPRINT,
    own.BLUEPRINT,
    sales.BLUEPRINT,
    reports.BLUEPRINT,
    business_days.BLUEPRINT,
    journal.BLUEPRINT,
    journal_check.BLUEPRINT,
    catalogue.BLUEPRINT,
    products.BLUEPRINT,
    pictures.BLUEPRINT,
    many.BLUEPRINT,
    categories.BLUEPRINT,
    taxes.BLUEPRINT,
    stock.BLUEPRINT,
    catalogue_file.BLUEPRINT,
    settings.BLUEPRINT,
    software_page.BLUEPRINT,
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
    imports.install(app, room)
    software.install(app, room)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    return app


def _key_for_forms(key: bytes) -> bytes:
    """What signs the cookie beside forms: the same on every server of the shop."""
    return HKDF(SHA256(), 32, salt=None, info=b"open-pos forms").derive(key)


__all__ = ["ROOM", "create_app", "here"]
