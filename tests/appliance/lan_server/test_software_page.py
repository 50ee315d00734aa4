"""Software in the back office: a bundle is uploaded while it is written, rubbish is refused, and only owners may."""

import hashlib
import http.client
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.test import TestResponse

from appliance.journal.wire import Offered
from appliance.lan_server import software
from appliance.lan_server.software import FOLDER, SOFTWARE, Bundles
from appliance.lan_server.worker import MORE_TIME, Worker
from appliance.machine import updates
from appliance.mirror.https_link import believing_nobody
from tests.appliance.lan_server.office import SITE, Office, Visitor, serve, signed_in
from tests.appliance.lan_server.test_in_browser import look, sign_in
from tests.appliance.store.test_database import SmallDisk, needs_a_mount, on_small_disk
from tests.browser import DESKTOP, new_page

__all__ = ["on_small_disk"]

PAGE = "/settings/software/"
NAME = "open-pos-1.2.3-raspios-arm64.raucb"
BUNDLE = b"hsqs" + bytes(3 << 20)
PATIENCE_S = 30


@pytest.fixture
def owner(office: Office) -> Visitor:
    return signed_in(office)


def upload(
    visitor: Visitor,
    content: bytes = BUNDLE,
    name: str = NAME,
    go_on: Callable[[], object] = lambda: None,
) -> TestResponse:
    """Choose a file and send it; `go_on` is called for each part that came, as by the server's worker."""
    fields = {"csrf_token": visitor.token(PAGE), "file": (io.BytesIO(content), name)}
    headers = {"Referer": SITE + PAGE, "Origin": SITE}
    return visitor.post(PAGE, data=fields, headers=headers, environ_overrides={MORE_TIME: go_on})


def text(visitor: Visitor) -> str:
    return visitor.get(PAGE).get_data(as_text=True)


def files(office: Office) -> list[str]:
    folder = office.folder / FOLDER
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def bundles(office: Office) -> Bundles:
    found = office.app.extensions[SOFTWARE]
    assert isinstance(found, Bundles)
    return found


# --------------------------------------------------------------------------- what is taken


def test_a_bundle_is_kept_listed_noted_and_offered(office: Office, owner: Visitor) -> None:
    assert "No software lies here yet." in text(owner)
    assert upload(owner).status_code == 303
    assert files(office) == [NAME]
    assert (office.folder / FOLDER / NAME).read_bytes() == BUNDLE
    shown = text(owner)
    for said in ("1.2.3", "raspios-arm64", "4 MB", f"{NAME} is here."):
        assert said in shown, said
    sha256 = hashlib.sha256(BUNDLE).hexdigest()
    assert office.bodies("software_came") == [
        f'{{"file":"{NAME}","program":"1.2.3","sha256":"{sha256}","size":{len(BUNDLE)}}}'
    ]
    offered = Offered(NAME, "1.2.3", "raspios-arm64", len(BUNDLE), sha256)
    assert bundles(office).offered().bundles == (offered,)


@pytest.mark.parametrize(
    "sent",
    [
        "../../open-pos-1.2.3-raspios-arm64.raucb",
        "open-pos-1.2.3-raspios-arm64 (2).raucb",
        "open-pos-1.2.3-raspios-arm64;ä.raucb",
    ],
)
def test_a_name_is_cleaned(office: Office, owner: Visitor, sent: str) -> None:
    assert upload(owner, name=sent).status_code == 303
    assert files(office) == [NAME]


def test_the_same_name_takes_the_place_of_the_one_before(office: Office, owner: Visitor) -> None:
    for number in (1, 2, 3):
        assert upload(owner, name=f"open-pos-{number}.0-debian-amd64.raucb").status_code == 303
    other = b"hsqs other"
    assert upload(owner, other, "open-pos-2.0-debian-amd64.raucb").status_code == 303
    assert len(files(office)) == 3
    assert (office.folder / FOLDER / "open-pos-2.0-debian-amd64.raucb").read_bytes() == other


def test_a_large_file_has_more_time_for_each_part_of_it(owner: Visitor) -> None:
    asked: list[int] = []
    upload(owner, go_on=lambda: asked.append(1))
    assert len(asked) >= 2


class Known:
    """A connection that the worker knows."""

    def __init__(self) -> None:
        self.sock = object()


def test_the_worker_gives_more_time_to_the_request_that_asks_for_it() -> None:
    class App:
        def wsgi(self) -> Callable[[dict[str, Callable[[], None]], object], object]:
            return lambda environ, _start: environ[MORE_TIME]()

    worker = Worker.__new__(Worker)
    Worker.__init__(worker, 1, 1, [], App(), 30, _Settings(), None)
    worker.load_wsgi()
    one, other = Known(), Known()
    worker._busy.update({one: 5.0, other: 5.0})  # type: ignore[dict-item]
    worker.wsgi({"gunicorn.socket": one.sock}, None)
    assert worker._busy[one] > time.monotonic()  # type: ignore[index]
    assert worker._busy[other] == 5.0  # type: ignore[index]


class _Settings:
    """What gunicorn's worker reads of its settings when it is made."""

    threads = 4
    worker_connections = 10
    keepalive = 5
    max_requests = max_requests_jitter = 0
    worker_tmp_dir = None
    uid = gid = umask = 0
    reuse_port = False
    is_ssl = False


# --------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"PK\x03\x04 and so on", NAME, "is no software for registers"),
        (b"hsq", NAME, "is empty"),
        (b"", NAME, "is empty"),
        (BUNDLE, "open-pos-1.2.3-raspios-arm64.img", "is no software for registers"),
        (BUNDLE, ".raucb", "is no software for registers"),
        (BUNDLE, "new.raucb", "does not say which version"),
        (BUNDLE, "open-pos-1.2.3.raucb", "does not say which version"),
    ],
)
def test_rubbish_is_refused_with_what_it_is_and_leaves_nothing(
    office: Office, owner: Visitor, content: bytes, name: str, said: str
) -> None:
    answer = upload(owner, content, name)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert files(office) == []
    assert office.bodies("software_came") == []


def test_no_file_at_all_is_said(office: Office, owner: Visitor) -> None:
    assert "Please choose a file first." in owner.send(PAGE).get_data(as_text=True)
    assert files(office) == []


def test_what_is_too_large_is_told_at_its_end_and_was_not_kept_meanwhile(
    office: Office, owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "MOST_BYTES", 2 << 20)
    seen: list[list[str]] = []
    answer = upload(owner, BUNDLE * 2, go_on=lambda: seen.append(files(office)))
    assert answer.status_code == 422
    assert "is larger than 2 MB" in answer.get_data(as_text=True)
    assert len(seen[0]) == 1
    assert seen[-1] == files(office) == []


def test_the_disk_keeps_a_gigabyte_free(
    office: Office, owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(software, "FREE_BYTES", 1 << 60)
    answer = upload(owner)
    assert answer.status_code == 422
    assert "would have less than" in answer.get_data(as_text=True)
    assert files(office) == []


def test_a_fourth_is_refused_until_one_is_removed(office: Office, owner: Visitor) -> None:
    for number in (1, 2, 3):
        upload(owner, name=f"open-pos-{number}.0-debian-amd64.raucb")
    answer = upload(owner)
    assert answer.status_code == 422
    assert "There are 3 already. Please remove one first." in answer.get_data(as_text=True)
    first = "open-pos-1.0-debian-amd64.raucb"
    assert "Remove open-pos-1.0" in owner.get(f"{PAGE}{first}/remove").get_data(as_text=True)
    assert owner.send(f"{PAGE}{first}/remove").status_code == 303
    assert office.bodies("software_removed") == [f'{{"file":"{first}"}}']
    assert upload(owner).status_code == 303
    assert len(files(office)) == 3
    assert owner.get(f"{PAGE}{first}/remove").status_code == 404
    assert owner.get(f"{PAGE}shop.db/remove").status_code == 404


def test_only_owners_see_the_page_and_may_send_or_remove_anything(
    office: Office, owner: Visitor
) -> None:
    upload(owner)
    visitor = signed_in(office, "2")
    assert visitor.get(PAGE).status_code == 403
    fields = {
        "csrf_token": visitor.token("/account/password"),
        "file": (io.BytesIO(b"hsqs"), NAME),
    }
    headers = {"Referer": SITE + PAGE, "Origin": SITE}
    assert visitor.post(PAGE, data=fields, headers=headers).status_code == 403
    assert visitor.get(f"{PAGE}{NAME}/remove").status_code == 403
    stranger = office.client().post(PAGE, data={"file": (io.BytesIO(BUNDLE), NAME)})
    assert stranger.status_code == 413
    assert (office.folder / FOLDER / NAME).read_bytes() == BUNDLE


def test_a_forged_form_leaves_nothing(office: Office, owner: Visitor) -> None:
    file = {"file": (io.BytesIO(BUNDLE), NAME)}
    answer = owner.post(PAGE, data=file, headers={"Referer": SITE + PAGE, "Origin": SITE})
    assert answer.status_code == 400
    assert files(office) == []


FULL = """
import sys
from contextlib import suppress
from pathlib import Path
sys.path.insert(0, {here!r})
from appliance.lan_server import software
from tests.appliance.lan_server import test_software_page as t
from tests.appliance.lan_server.office import open_office, signed_in
software.FREE_BYTES = 0
other = Path(sys.argv[1]) / "other"
def fill():
    with suppress(OSError), other.open("ab", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
with open_office(Path({folder!r})) as office:
    (office.folder / "software").symlink_to(sys.argv[1])
    owner = signed_in(office)
    answer = t.upload(owner, go_on=fill)
    print(answer.status_code, "would have less than" in answer.get_data(as_text=True))
    print(t.files(office))
    other.unlink()
    print(t.upload(owner).status_code, t.files(office))
"""


@needs_a_mount
def test_a_disk_that_fills_up_meanwhile_is_told_and_nothing_half_is_left(
    on_small_disk: SmallDisk, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    script = FULL.format(here=str(Path(__file__).parents[3]), folder=str(folder))
    assert on_small_disk.run("8m", script).splitlines() == [
        "422 True",
        "['other']",
        f"303 ['{NAME}']",
    ]


# --------------------------------------------------------------------------- over the network


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with serve(office.app, office.folder) as address:
        yield address


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_an_upload_is_on_the_disk_while_it_comes_and_gone_when_it_breaks_off(
    office: Office, owner: Visitor, site: str
) -> None:
    cookies = "; ".join(
        f"{name}={cookie.value}"
        for name in ("__Host-open-pos", "__Host-open-pos-forms")
        if (cookie := owner.get_cookie(name, "shop.test")) is not None
    )
    begin = (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{owner.token(PAGE)}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{NAME}"\r\n\r\n'
    ).encode()
    host = site.removeprefix("https://")
    link = http.client.HTTPSConnection(host, context=believing_nobody())
    link.putrequest("POST", PAGE)
    for name, value in (
        ("Cookie", cookies),
        ("Origin", site),
        ("Referer", site + PAGE),
        ("Content-Type", "multipart/form-data; boundary=b"),
        ("Content-Length", str(len(begin) + 100_000_000)),
    ):
        link.putheader(name, value)
    link.endheaders(begin + BUNDLE)
    folder = office.folder / FOLDER
    wait_for(lambda: any(file.stat().st_size > 2 << 20 for file in folder.glob(".*.unfinished")))
    assert bundles(office).all() == ()
    link.close()
    wait_for(lambda: files(office) == [])


def test_it_is_uploaded_and_removed_in_a_browser(
    browser: Browser, office: Office, site: str, tmp_path: Path
) -> None:
    office.give_password("1")
    file = tmp_path / NAME
    file.write_bytes(BUNDLE)
    page = new_page(browser, DESKTOP)
    sign_in(page, site)
    page.goto(f"{site}/settings/")
    page.get_by_role("link", name="Software").click()
    look(page, "software_none")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text(f"{NAME} is here.")).to_be_visible()
    look(page, "software")
    page.get_by_role("link", name="Remove").click()
    look(page, "software_remove")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text(f"{NAME} was removed.")).to_be_visible()
    assert files(office) == []
    page.context.close()
