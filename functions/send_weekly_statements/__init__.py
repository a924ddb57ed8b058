"""The function send_weekly_statements."""
