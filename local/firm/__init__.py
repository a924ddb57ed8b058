"""The sample firm, all of it invented: sellers, debtors, terms and lines."""
