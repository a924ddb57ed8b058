"""The function raise_overdue_alerts."""
