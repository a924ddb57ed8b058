"""The writers of the sample month in one place; see ``local/samples`` for each of them."""

from local.samples.bank import SampleEntry, camt053
from local.samples.cii import cii_xml
from local.samples.facturx import facturx_pdf
from local.samples.mails import mail_eml, ses_trace
from local.samples.model import SampleFactor, SampleInvoice, SampleLine, SampleParty
from local.samples.schedule import ScheduleRow, schedule_xlsx
from local.samples.ubl import ubl_xml

__all__ = [
    "SampleEntry",
    "SampleFactor",
    "SampleInvoice",
    "SampleLine",
    "SampleParty",
    "ScheduleRow",
    "camt053",
    "cii_xml",
    "facturx_pdf",
    "mail_eml",
    "schedule_xlsx",
    "ses_trace",
    "ubl_xml",
]
