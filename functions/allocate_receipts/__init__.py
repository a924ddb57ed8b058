"""The function allocate_receipts."""
