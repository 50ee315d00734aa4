"""A back office for tests: a real store in a folder, readers, a writer, and clocks that the test sets."""

import contextlib
import datetime
import ssl
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from argon2 import PasswordHasher
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from appliance.clock import ScriptedClock
from appliance.journal.kinds import ShopChanged
from appliance.journal.time_kinds import PayRulesChanged
from appliance.lan_server.access.gate import Gate
from appliance.lan_server.app import create_app
from appliance.lan_server.authority import open_authority
from appliance.lan_server.pairing import Offers
from appliance.lan_server.room import Network, Readers, Room
from appliance.lan_server.scribe import Scribe
from appliance.services import passwords, people, web_people
from appliance.services.desk import Desk
from appliance.services.people import Pins
from appliance.services.places import Place
from appliance.store.shelf import Shelf
from appliance.store.sqlite import SqliteDatabase
from tests.appliance.trading import ROOMY

QUICK: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""As the real one, at a cost that tests can bear."""

NOW_MS: Final = 1_795_860_000_000
"""A Saturday in the shop, 28 November 2026 at 11:00 in Berlin."""

SITE: Final = "https://shop.test"
PASSWORD: Final = "zitronen falter 7"


class SteadyClock:
    """Milliseconds that the test sets."""

    def __init__(self) -> None:
        self.at_ms = 1_000_000

    def __call__(self) -> int:
        return self.at_ms


@dataclass
class Office:
    """The application, what it works in, and the ids of its people by their numbers."""

    app: Flask
    room: Room
    clock: ScriptedClock
    steady: SteadyClock
    folder: Path
    ids: dict[str, str]

    def client(self) -> "Visitor":
        """A browser without a window."""
        return Visitor(self.app)

    def read(self, sql: str, *values: object) -> list[Any]:
        with self.room.readers.reading() as db:
            return db.sql(sql, values)

    def bodies(self, kind: str) -> list[str]:
        """The bodies of all entries of a kind."""
        return [
            row[0] for row in self.read("SELECT body FROM entry WHERE kind = ? ORDER BY seq", kind)
        ]

    def later(self, ms: int) -> None:
        """Time goes on, by both clocks."""
        self.clock.set(self.room.now_ms() + ms)
        self.steady.at_ms += ms

    def give_password(self, number: str, password: str = PASSWORD) -> None:
        stored = passwords.hash_of(self.room.keeper, password)
        employee = self.ids[number]
        self.room.scribe.do(
            lambda desk: web_people.set_password(desk, employee, stored, "own", employee)
        )


class Visitor(FlaskClient):
    """A client that speaks TLS, sends forms as our own pages do, and remembers cookies."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class, use_cookies=True)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 - as its base
        kwargs.setdefault("base_url", SITE)
        return super().open(*args, **kwargs)

    def token(self, page: str = "/sign-in") -> str:
        """What stands in the forms of a page."""
        text = self.get(page).get_data(as_text=True)
        return text.split('name="csrf_token" value="')[1].split('"')[0]

    def send(self, page: str, form_of: str = "", /, **fields: str) -> TestResponse:
        """Fill in a form of a page and send it; `form_of` is the page that has it, where it is another."""
        fields["csrf_token"] = self.token(form_of or page)
        return self.post(page, data=fields, headers={"Referer": SITE + page, "Origin": SITE})

    def sign_in(self, name: str = "1", password: str = PASSWORD) -> TestResponse:
        return self.send("/sign-in", name=name, password=password)


def signed_in(office: Office, number: str = "1") -> Visitor:
    """Somebody who has a password and is signed in."""
    office.give_password(number)
    visitor = office.client()
    assert visitor.sign_in(number).status_code == 303
    return visitor


PEOPLE: Final = (
    ("1", "Olivia Ortega", "owner"),
    ("2", "Max Müller", "manager"),
    ("3", "Carla Cruz", "cashier"),
)


@contextlib.contextmanager
def open_office(
    folder: Path,
    *,
    staff: bool = True,
    currency: str = "EUR",
    acts: Mapping[str, Collection[str]] | None = None,
    networked: bool = False,
    fill: Callable[[Shelf, Pins, int], None] | None = None,
) -> Iterator[Office]:
    """A shop in `folder`, with an owner (1), a manager (2) and a cashier (3) unless `staff` is False.

    `acts` is the table of the configuration, None for the one that counts where there is none. With `networked` the
    room has an authority and lets registers in. `fill` makes another shop of the empty store.
    """
    clock = ScriptedClock(NOW_MS)
    steady = SteadyClock()
    keeper = Pins(b"k" * 32, QUICK)
    shelves: list[Shelf] = []

    def build() -> Desk:
        shelves.append(Shelf(folder, limits=ROOMY))
        if fill is not None:
            fill(shelves[0], keeper, NOW_MS)
        return Desk(shelves[0].db, shelves[0].book(clock))

    scribe = Scribe(build, lambda _desk: shelves[0].close())
    scribe.start()
    ids: dict[str, str] = {}

    def begin(desk: Desk) -> None:
        desk.book.record(
            "",
            ShopChanged(name="Eckladen", currency=currency),
            PayRulesChanged(zone="Europe/Berlin"),
        )
        for number, name, role in PEOPLE if staff else ():
            ids[number] = people.add(
                desk, keeper, number=number, name=name, role=role, pin="1234", actor=""
            )

    try:
        if fill is None:
            scribe.do(begin)
        readers = Readers(lambda: SqliteDatabase(folder, read_only=True))
        network = _network(folder, clock) if networked else None
        room = Room(scribe, readers, clock, keeper, Place("web", acts=acts), network)
        app = create_app(room, Gate(now_ms=steady))
        app.testing = False
        yield Office(app, room, clock, steady, folder, ids)
        readers.close()
    finally:
        scribe.stop()


def _network(folder: Path, clock: ScriptedClock) -> Network:
    authority = open_authority(folder)
    hosts = ("192.0.2.10", "till-server.local")
    return Network(authority, Offers(clock, authority.fingerprint), 8443, hosts)


@contextlib.contextmanager
def serve(app: Flask, folder: Path) -> Iterator[str]:
    """The application over TLS on a free port of this machine; answers its address."""
    certificate = _self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = make_server(
        "127.0.0.1", 0, app, threaded=True, request_handler=_Quiet, ssl_context=context
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    """Tells no request to the terminal."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "test.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file
