"""Badge readers: from a card or fob held to a reader to one number, and how much of it is known.

One card reads differently on different readers. The chip of an EM4100 fob says five bytes,
62E3086CED; a reader that types ten digits says the low four, 3808980205 = E3086CED; one that types
what is printed on the fob says the low three, 008,27885 = 08|6CED. A `Badge` keeps what was read as
hex digits and says in `form` what that is; `shortened` answers what the readers that know less would
have said, and `same_badge` whether two readings can be of one card.

A reader gives whole badges that pass its checks, or nothing: what was half, broken or could be read
in two ways is thrown away and counted. A badge that stays on the reader is given once, and again
only after it was away for `away_ms`; another one counts at once.

The number is a secret of a kind, as whoever knows it can make a copy of the card. It is in
`Badge.id` and nowhere else: no label, trouble, log line or `repr` has it.
"""

from typing import Final, Protocol

import msgspec

from drivers import DeviceTrouble

FORMS: Final[dict[str, int]] = {
    "em4100": 10,
    "em4100-32": 8,
    "wiegand26": 6,
    "wiegand34": 8,
    "wiegand37": 9,
    "uid4": 8,
    "uid7": 14,
    "uid10": 20,
}
"""What can be known of a badge, and how many hex digits that is.

`em4100` is all of a 125 kHz chip, `em4100-32` its low four bytes. `wiegand26` is facility and card,
the low three bytes; `wiegand34` the low four; `wiegand37` the 35 bits of format H10304. `uid4`,
`uid7` and `uid10` are the numbers of 13.56 MHz chips (ISO 14443-3), in the order in which the chip
sends them.
"""

_SHORTER: Final[dict[str, tuple[str, ...]]] = {
    "em4100": ("em4100-32", "wiegand34", "wiegand26"),
    "em4100-32": ("wiegand34", "wiegand26"),
    "wiegand34": ("wiegand26",),
}
_HEX: Final = frozenset("0123456789ABCDEF")
_RANDOM_FIRST_BYTE: Final = "08"


class Badge(msgspec.Struct, frozen=True):
    """One badge, as one reader read it.

    `id` is upper-case hex without separators, as long as `FORMS` says for `form`; `device` is the
    label of the reader. Raises `ValueError` for anything else, without telling the number.
    """

    id: str
    form: str
    device: str

    def __post_init__(self) -> None:
        """Refuse a number that does not fit its form."""
        length = FORMS.get(self.form)
        if length is None:
            raise ValueError(f"form {self.form!r}: expected one of {', '.join(FORMS)}")
        if len(self.id) != length or not _HEX.issuperset(self.id):
            raise ValueError(
                f"id does not fit {self.form}: expected {length} upper-case hex digits"
            )

    def __repr__(self) -> str:
        """Without the number, which must not get into a log."""
        return f"Badge(form={self.form!r}, device={self.device!r})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        """As `__repr__`, for tools that print structs in colours."""
        return [("form", self.form), ("device", self.device)]


def shortened(badge: Badge) -> tuple[Badge, ...]:
    """The same card as readers that know less would give it, the most telling first.

    Keep all of them at enrolment, and which one was read. A number of three bytes is soon another
    card's too, so a later reading that knows more should be compared with a shorter one only where
    that shorter one is what was enrolled.

    The numbers of 13.56 MHz chips have no shorter forms here: readers disagree on which bytes to
    leave out and in which order to give the rest.
    """
    return tuple(
        Badge(badge.id[-FORMS[form] :], form, badge.device) for form in _SHORTER.get(badge.form, ())
    )


def same_badge(one: Badge, other: Badge) -> bool:
    """Whether two readings can be of one card: equal, or one is a shorter form of the other."""

    def forms(badge: Badge) -> set[tuple[str, str]]:
        return {(known.form, known.id) for known in (badge, *shortened(badge))}

    return (one.form, one.id) in forms(other) or (other.form, other.id) in forms(one)


def is_random(badge: Badge) -> bool:
    """Whether the number is another one at each tap, as of telephones and passports: never enrol it.

    ISO 14443-3 keeps the first byte 08 of a four-byte number for that.
    """
    return badge.form == "uid4" and badge.id.startswith(_RANDOM_FIRST_BYTE)


def is_blank(digits: str) -> bool:
    """Whether a number in hex is all zeros or all ones: what unwritten tags and loose wires say."""
    return not digits.strip("0") or not digits.strip("F")


class BadgeReader(Protocol):
    """A reader that one thread opens and reads; only `wake` may be called by another thread."""

    @property
    def label(self) -> str:
        """What the reader is called on the screen: its own name once seen, else what is looked for."""
        ...

    @property
    def voided(self) -> int:
        """How many readings were thrown away since the driver was made, so that its host can say "again"."""
        ...

    def open(self, timeout_ms: int) -> None:
        """Find the reader and take it for this program alone. Does nothing if that is done already.

        Waits for it for at most `timeout_ms`; `wake` ends the wait. Raises `DeviceAbsent`,
        `DeviceBusy`, `DeviceRefused`, and what a driver adds to them.
        """
        ...

    def read(self, timeout_ms: int) -> Badge | None:
        """The next badge, or nothing when `timeout_ms` passed or `wake` was called.

        Looks at least once a second whether the reader is still there, as far as its driver says
        that this can be seen. Raises `DeviceAbsent` when it is not, or is not open; then `open`
        finds it again.
        """
        ...

    def wake(self) -> None:
        """End a running `open` or `read` early, or else the next one. Any thread; never blocks."""
        ...

    def close(self) -> None:
        """Let go of the reader. Twice is no mistake, and `open` works again afterwards."""
        ...


class BadgeReaderNotChosen(DeviceTrouble):
    """The configuration does not say which keyboard is the badge reader. `candidates` may be it."""

    code = "badge_reader_not_chosen"


class BadgeReaderAmbiguous(DeviceTrouble):
    """Several readers fit the configuration. `candidates` names them."""

    code = "badge_reader_ambiguous"


class BadgeServiceOff(DeviceTrouble):
    """The service between us and PC/SC readers (`pcscd`) does not run, or was just restarted."""

    code = "badge_service_off"
