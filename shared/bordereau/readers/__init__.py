"""Readers: bytes in, claims out. No network, no other file, no decision about money."""
