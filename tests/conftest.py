"""What all tests share: how hard Hypothesis tries."""

import os

from hypothesis import settings

# CI tries the same examples every time, so that a red build is about the change; a developer's machine looks further.
# Nothing asserts a duration: the machine may be busy.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
