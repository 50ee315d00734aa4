"""The touch screen of the register. `app.run` opens it; `README.md` tells how a screen is made."""
