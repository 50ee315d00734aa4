"""What a shop lives through, on the real image in an emulator. Minutes each; `make test-image` runs them."""
