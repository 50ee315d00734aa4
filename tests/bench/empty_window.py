"""The least that a program with a Kivy window can be: prints when its first frame was flipped, and ends."""

import os
import time

os.environ.update(
    {"KIVY_NO_ARGS": "1", "KIVY_NO_CONFIG": "1", "KIVY_NO_FILELOG": "1", "KIVY_LOG_MODE": "PYTHON"}
)


def main() -> None:
    from kivy.config import Config

    for name, value in (("width", "1280"), ("height", "800"), ("multisamples", "0")):
        Config.set("graphics", name, value)
    from kivy.app import App
    from kivy.core.window import Window
    from kivy.uix.label import Label

    def flipped(*_: object) -> None:
        print(time.monotonic_ns(), flush=True)
        os._exit(0)

    Window.bind(on_flip=flipped)
    app = App()
    app.root = Label(text="open")
    app.run()


if __name__ == "__main__":
    main()
