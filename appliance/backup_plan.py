"""Whether a backup is made every night, for whom, and how many are kept: `backup.toml`, beside `open-pos.toml`.

    nightly = true
    recipients = ["age1…"]
    keep = 14

The register writes it, on the page "This register"; `open-pos backup --nightly` reads it. A hand may write it too.
"""

import tomllib
from pathlib import Path
from typing import Final

import msgspec
import tomlkit

from appliance import whole_file
from appliance.config import BadConfiguration
from appliance.problems import Refusal

NAME: Final = "backup.toml"
KEEP: Final = 14
MOST_KEPT: Final = 1000


class CannotSavePlan(Refusal):
    """The file could not be written and is as it was; `path` and `why`."""

    code = "cannot_save_settings"


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The plan. `recipients` are public keys (`age1…`), of whoever may open the backups."""

    nightly: bool = False
    recipients: tuple[str, ...] = ()
    keep: int = KEEP


def beside(configuration: Path) -> Path:
    """Where the plan of a register lies whose configuration file is this."""
    return configuration.parent / NAME


def load(path: Path) -> Plan:
    """The plan; where there is none, nothing is planned. Raises `BadConfiguration`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Plan()
    except (OSError, UnicodeDecodeError) as why:
        raise BadConfiguration(where=str(path), why=str(why)) from why
    try:
        plan = msgspec.convert(tomllib.loads(text), Plan)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as why:
        raise BadConfiguration(where=str(path), why=str(why)) from why
    if not 1 <= plan.keep <= MOST_KEPT:
        wrong = f"keep: expected 1 to {MOST_KEPT}, got {plan.keep}"
        raise BadConfiguration(where=str(path), why=wrong)
    return plan


def save(path: Path, plan: Plan) -> None:
    """Write the plan, whole or not at all. Blocks for the disk. Raises `CannotSavePlan`."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Written by the register: menu, This register, Backup."))
    document["nightly"] = plan.nightly
    document["recipients"] = list(plan.recipients)
    document["keep"] = plan.keep
    try:
        whole_file.write(path, document.as_string().encode())
    except OSError as why:
        raise CannotSavePlan(path=str(path), why=why.strerror or str(why)) from why
