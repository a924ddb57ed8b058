"""The function apply_bank_statement."""
