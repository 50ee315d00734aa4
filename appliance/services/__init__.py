"""The jobs a shop does: each turns a command into journal entries and jobs. Services touch no device and no screen."""
