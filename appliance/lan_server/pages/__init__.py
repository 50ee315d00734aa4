"""The pages of the back office; `README.md` tells how one is written."""
