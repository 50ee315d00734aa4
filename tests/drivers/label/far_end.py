"""The far end of a cable to a ZPL printer: takes formats, answers `~HS`, and can be in any trouble."""

import re
import select
import socket
import threading

FORMAT = re.compile(rb"\^XA.*?\^XZ", re.DOTALL)
FIELD = re.compile(rb"\^FH_\^FD(.*?)\^FS", re.DOTALL)
QUESTION = b"~HS"


class FarEnd:
    """A printer with a buffer. Formats that it may not print wait there, and come out when it may.

    Its attributes are levers; `lines` are the three strings of its answer, as a real one's (a GK420t in thermal
    transfer mode), with places for what changes.
    """

    lines = (
        "\x02030,{labels_out:d},{paused:d},0256,{formats:03d},0,0,0,000,{memory:d},{cold:d},{hot:d}\x03\r\n"
        "\x02001,0,{head_open:d},{ribbon_out:d},{transfer:d},2,4,0,{waiting:08d},1,000\x03\r\n"
        "\x021234,0\x03\r\n"
    )

    def __init__(self) -> None:
        self.labels_out = self.ribbon_out = self.head_open = self.paused = False
        self.memory = self.cold = self.hot = False
        self.transfer = True
        self.answers = True
        self.hangs_up_at_format = False
        self.ends_after: int | None = None
        self.idle_lies = 0
        self.others_waiting = 0
        self.chatter = b""
        self.answer_in_pieces = False
        self.takes_nothing = False
        self.formats: list[bytes] = []
        self.waiting: list[bytes] = []
        self.questions = 0
        self.accepted = 0
        self._stop = threading.Event()
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = int(server.getsockname()[1])
        self.plug()

    def plug(self) -> None:
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._serve, args=(self._stop,))
        self._thread.start()

    def unplug(self) -> None:
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join()
            self._listener.close()

    def names(self) -> list[str]:
        """The first words of every label that came out, each copy of it."""
        return [first_words(each) for each in self.formats for _ in range(copies(each))]

    def go_on(self) -> None:
        """Print what waited, if it may."""
        while self.waiting and not self._is_blocked():
            self.formats.append(self.waiting.pop(0))
            if self.ends_after is not None:
                self.ends_after -= 1
                self.labels_out = self.ends_after <= 0

    def _is_blocked(self) -> bool:
        return self.labels_out or self.ribbon_out or self.head_open or self.paused

    def _serve(self, stop: threading.Event) -> None:
        self._listener.settimeout(0.02)
        while not stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.accepted += 1
            with connection:
                self._talk(connection, stop)

    def _talk(self, connection: socket.socket, stop: threading.Event) -> None:
        heard = b""
        while not stop.is_set():
            if self.takes_nothing or not select.select([connection], [], [], 0.02)[0]:
                stop.wait(0.01)
                continue
            try:
                received = connection.recv(65536)
                heard += received
                if not received:
                    return
                heard = self._obey(connection, heard)
            except OSError:
                return

    def _obey(self, connection: socket.socket, heard: bytes) -> bytes:
        while True:
            question, job = heard.find(QUESTION), FORMAT.search(heard)
            if job is not None and not 0 <= question < job.start():
                if self.hangs_up_at_format:
                    raise ConnectionAbortedError
                self.waiting.append(job[0])
                self.go_on()
                heard = heard[job.end() :]
            elif question >= 0:
                heard = heard[question + len(QUESTION) :]
                self._answer(connection)
            else:
                return heard

    def _answer(self, connection: socket.socket) -> None:
        self.questions += 1
        self.go_on()
        if not self.answers:
            return
        formats, waiting = len(self.waiting), self.others_waiting
        if self.idle_lies:
            # Between the buffer and the head a format is in neither, for a moment.
            self.idle_lies -= 1
            formats = waiting = 0
        says = self.lines.format(
            **{name: value for name, value in vars(self).items() if isinstance(value, bool)},
            formats=formats,
            waiting=waiting,
        ).encode()
        connection.sendall(self.chatter)
        if self.answer_in_pieces:
            for byte in says:
                connection.sendall(bytes((byte,)))
                self._stop.wait(0.001)
        else:
            connection.sendall(says)


def first_words(job: bytes) -> str:
    """The first field of a format, which is the name, or its first row."""
    found = FIELD.search(job)
    return decoded(found[1]) if found else ""


def decoded(field: bytes) -> str:
    """Field data behind `^FH_` as text."""
    return re.sub(
        rb"_([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), field
    ).decode()


def copies(job: bytes) -> int:
    """How many of a label its format asks for."""
    found = re.search(rb"\^PQ([0-9]+)", job)
    return int(found[1]) if found else 1
