"""Where `open-pos` begins: what must work when the libraries do not is begun before any of them is loaded.

`open-pos caretaker` needs Python alone, `open-pos rescue` little more. All other commands are in `__main__.py`, which
knows these two as well.
"""

import gc
import sys


def main() -> int:
    """Run the command that stands on the command line. Returns the exit code."""
    if sys.argv[1:2] == ["caretaker"]:
        from appliance import caretaker  # noqa: PLC0415 - see above

        return caretaker.main(sys.argv[2:])
    if sys.argv[1:2] == ["rescue"]:
        from appliance import rescue  # noqa: PLC0415 - see above

        return rescue.main(sys.argv[2:])
    # Among what is being loaded there is no garbage yet, and looking for it takes a sixth of the time of a start.
    gc.disable()
    from appliance import __main__ as everything  # noqa: PLC0415 - see above

    gc.freeze()
    gc.enable()
    return everything.main()


if __name__ == "__main__":
    sys.exit(main())
