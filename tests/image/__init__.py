"""The image of the SD card, started in an emulator (`make test-image`)."""
