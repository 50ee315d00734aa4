"""`python -m appliance.caretaker VERB …`: the same as `open-pos caretaker`, without anything else being loaded."""

import sys

from appliance.caretaker import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
