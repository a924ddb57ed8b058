"""The function register_invoices."""
