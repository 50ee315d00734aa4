"""Tests of the domain rules."""
