"""Writers of the documents of the sample firm: invoices, schedules, bank statements, mails.

Deterministic: the same arguments give the same bytes. Nothing comes from outside the project.
"""
