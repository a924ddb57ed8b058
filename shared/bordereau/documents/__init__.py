"""Figures to what others read: PDF, e-mail, and the journals other programs check."""
