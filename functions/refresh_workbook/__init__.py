"""The function refresh_workbook."""
