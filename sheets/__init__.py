"""The workbook drawn: what creates and checks the spreadsheet, its guide, and the sample firm.

What the deployed functions need of it (tabs, columns, drop-downs) is
``bordereau.domain.workbook``; this package is for the command line only.
"""
