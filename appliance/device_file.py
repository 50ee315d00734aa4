"""The devices as they stand in the configuration file: read again, and changed together with what follows from it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from appliance import screen_settings, settings
from appliance.config import DeviceConfig, parse
from appliance.devices import refuse_wrong_devices, way_of
from appliance.problems import Refusal
from appliance.settings import NoSuchDevice


class NotFromAFile(Refusal):
    """This register was started without a configuration file, so nothing can be set up."""

    code = "not_from_a_file"


class SettingsGone(Refusal):
    """The file is there no more: a new one would hold nothing but the last change; `path`."""

    code = "settings_gone"


class TakeDrawerOutFirst(Refusal):
    """A drawer hangs on the printer that is to be removed; `drawer` and `printer`."""

    code = "take_drawer_out_first"


class Written(NamedTuple):
    """A device as it was written, and the name that it had before."""

    device: DeviceConfig
    was: str | None


class DeviceFile:
    """The file, and the devices that were last read from it. Used by one thread."""

    def __init__(self, path: Path | None, configured: tuple[DeviceConfig, ...]) -> None:
        """`configured` are the devices that the register began with; None where it began without a file."""
        self._path = path
        self._configured = configured
        self._was_there = path is not None and path.exists()

    @property
    def path(self) -> str:
        """Where it is, or nothing."""
        return "" if self._path is None else str(self._path)

    @property
    def configured(self) -> tuple[DeviceConfig, ...]:
        """The devices that were last read, in their order."""
        return self._configured

    def of(self, name: str) -> DeviceConfig:
        """One of them. Raises `NoSuchDevice`."""
        for device in self._configured:
            if device.name == name:
                return device
        raise NoSuchDevice(device=name)

    def read_again(self) -> bool:
        """Take over what a hand wrote meanwhile; whether that is anything new.

        Raises `BadConfiguration` and `SettingsGone`, and then the devices stay as they were.
        """
        if self._path is None:
            return False
        text = self._text(self._path)
        before = self._configured
        if text is not None:
            self._configured = parse(text, str(self._path)).device
        return self._configured != before

    @contextmanager
    def setting(self, device: DeviceConfig, was: str | None) -> Iterator[tuple[Written, ...]]:
        """Write a device, in the place of the one that was called `was`; a renamed printer's drawers go with it.

        If what is done within fails, the file is as it was before. Gives what was written. Raises `BadConfiguration`,
        `NoSuchDevice`, `NotFromAFile`, `SettingsGone`, and what `settings` raises; then nothing has changed.
        """
        written = [Written(device, was)]
        if was is not None:
            drawers = self._hanging_on(was)
            for drawer in drawers if was != device.name else ():
                options = {**drawer.options, "printer": device.name}
                moved = msgspec.structs.replace(drawer, options=options)
                written.append(Written(moved, drawer.name))

        def change(text: str) -> str:
            for one in written:
                text = settings.with_device(text, one.device, one.was)
            return text

        with self._changed(change):
            yield tuple(written)

    @contextmanager
    def adding(
        self, devices: Sequence[DeviceConfig], screen: Mapping[str, int | str] | None = None
    ) -> Iterator[None]:
        """Write devices that were not there, and keys of `[screen]`, all or none; as `setting`."""

        def change(text: str) -> str:
            for one in devices:
                text = settings.with_device(text, one)
            return screen_settings.with_screen(text, screen) if screen else text

        with self._changed(change):
            yield

    @contextmanager
    def removing(self, name: str) -> Iterator[None]:
        """Take a device out; as `setting`. Raises `TakeDrawerOutFirst` too."""
        for drawer in self._hanging_on(name):
            raise TakeDrawerOutFirst(drawer=drawer.name, printer=name)
        with self._changed(lambda text: settings.without_device(text, name)):
            yield

    def _hanging_on(self, printer: str) -> tuple[DeviceConfig, ...]:
        """The drawers on the socket of a printer; none if it is no printer. Raises `NoSuchDevice`."""
        if self.of(printer).kind != "printer":
            return ()
        return tuple(
            one for one in self._configured if one.name != printer and way_of(one) == printer
        )

    @contextmanager
    def _changed(self, change: Callable[[str], str]) -> Iterator[None]:
        if self._path is None:
            raise NotFromAFile
        path = self._path
        before = self._text(path)
        known = parse(before or "", str(path)).device
        text = change(before or "")
        devices = parse(text, str(path)).device
        refuse_wrong_devices(devices, known)
        settings.save(path, text)
        with ExitStack() as undo:
            if text != before:
                undo.callback(settings.put_back, path, was_there=before is not None)
            yield
            undo.pop_all()
        self._configured, self._was_there = devices, True

    def _text(self, path: Path) -> str | None:
        text = settings.read(path)
        if text is None and self._was_there:
            raise SettingsGone(path=str(path))
        self._was_there = text is not None
        return text
