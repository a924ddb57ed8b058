"""The function issue_advances."""
