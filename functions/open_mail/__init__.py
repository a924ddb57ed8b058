"""The function open_mail."""
