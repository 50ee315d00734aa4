"""The shop's key for backups: made at the register, written down or printed by a person, and kept nowhere here.

Its public part closes backups and stands in the plan; its secret opens them, and is on paper only.
"""

from typing import NamedTuple

from pyrage import x25519

from appliance.domain.receipt import Align, Blank, Cut, QrLine, ReceiptLine, Rule, TextLine
from appliance.problems import Refusal
from appliance.services import receipts
from appliance.services.shop import ShopFacts
from appliance.words import Words

ENDING = 6
"""So many signs are typed off the paper, which shows that it is there."""


class NotOnPaper(Refusal):
    """What was typed off the paper is not the end of the key."""

    code = "backup_key_not_on_paper"


class BackupKey(NamedTuple):
    """A key: `secret` is `AGE-SECRET-KEY-1…`, `recipient` is `age1…`."""

    secret: str
    recipient: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"BackupKey(recipient={self.recipient!r})"


def new() -> BackupKey:
    """A key that nobody else has."""
    key = x25519.Identity.generate()
    return BackupKey(str(key), str(key.to_public()))


def refuse_unless_on_paper(key: BackupKey, ending: str) -> None:
    """Raises `NotOnPaper` unless `ending` is how the secret ends; capital and small letters are the same."""
    if ending.strip().upper() != key.secret[-ENDING:].upper():
        raise NotOnPaper(count=ENDING)


def slip(
    key: BackupKey, origin: str, at_ms: int, facts: ShopFacts, words: Words
) -> tuple[ReceiptLine, ...]:
    """The key on paper, as a QR code and as text, with what it is for."""
    return (
        TextLine(facts.name, Align.CENTER, bold=True, large=True),
        Blank(),
        TextLine(words("backup_key.title"), bold=True),
        TextLine(receipts.date_text(at_ms, words)),
        TextLine(f"{words('receipt.register')} {origin}"),
        Rule(),
        TextLine(words("backup_key.keep")),
        Blank(),
        QrLine(key.secret),
        Rule(),
        TextLine(words("backup_key.restore")),
        Blank(),
        Cut(),
    )
