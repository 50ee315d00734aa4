"""Files for people, such as wages: made and written in the workshop's thread."""

import contextlib
from pathlib import Path
from typing import Final

from appliance import whole_file
from appliance.messages import FileNotWritten, FileWritten, WriteFile
from appliance.problems import Refusal

FOR_ITS_OWNER: Final = 0o700


def write_file(job: WriteFile) -> FileWritten | FileNotWritten:
    """Make the file and write it, whole or not at all. Blocks as long as making it takes, and for the disk."""
    path = Path(job.file)
    try:
        made = job.make()
        # Where even the folder cannot be made, the file cannot be written, and that is told.
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=FOR_ITS_OWNER, exist_ok=True)
        whole_file.write(path, made, whole_file.FOR_ITS_OWNER)
    except Refusal as no:
        return FileNotWritten(file=job.file, code=no.code, fields=tuple(no.fields.items()))
    except OSError as why:
        fields = (("file", job.file), ("why", why.strerror or str(why)))
        return FileNotWritten(file=job.file, code="cannot_write", fields=fields)
    return FileWritten(file=job.file)
