"""A simulated payment as the bank's own file: camt.053, CFONB 120 or MT940, opening to closing."""

from __future__ import annotations

import datetime as dt
from typing import Final

from local.samples.bank import SampleEntry, camt053
from tests.simulations.french_bank import START
from tests.simulations.french_model import Payment

ACCOUNT: Final = "FR7630006000011234567890189"
_PLUS: Final = "{ABCDEFGHI"
_LINE, _FIELDS_MAX = 65, 6


def statement_of(payment: Payment) -> bytes:
    """Return the file that brings a payment, in the format of its channel."""
    day = START + dt.timedelta(payment.serial // 100)
    if payment.channel == "camt":
        return _camt(payment, day)
    if payment.channel == "mt940":
        return _mt940(payment, day).encode()
    return _cfonb(payment, day, has_details=payment.channel == "cfonb+").encode()


def _camt(payment: Payment, day: dt.date) -> bytes:
    entry = SampleEntry(
        reference=f"BQ{payment.serial:07d}",
        amount_cents=payment.cents,
        text=payment.label,
        counterparty=payment.payer,
        account=payment.account,
        end_to_end_id=payment.end_to_end_id or "NOTPROVIDED",
        information=f"VIR SEPA RECU {payment.payer}"[:31],
        structured=payment.structured,
    )
    return camt053(ACCOUNT, day, 1_000_000_00, (entry,))


def _cfonb(payment: Payment, day: dt.date, *, has_details: bool) -> str:
    label = payment.label if not has_details else f"VIR SEPA {payment.payer}"
    records = [
        _record("01", _cents(10_000_00), day),
        _record("04", _cents(payment.cents), day, label=label),
    ]
    if has_details:
        records.append(_complement("NPY", payment.payer, day))
        texts = (payment.label[:70], payment.label[70:])
        records += [
            _complement(f"L{'CC' if n == 0 else 'C2'}", one, day)
            for n, one in enumerate(texts)
            if one
        ]
    records.append(_record("07", _cents(10_000_00 + payment.cents), day))
    return "\r\n".join(records)


def _cents(cents: int) -> str:
    return f"{cents // 10:013d}{_PLUS[cents % 10]}"


def _record(code: str, amount: str, day: dt.date, *, label: str = "") -> str:
    operation = "0018" if code == "04" else "    "
    head = f"{code}30006{operation}00001EUR2 12345678901  {day:%d%m%y}"
    middle = f"  {day:%d%m%y}{label[:31].ljust(31)}  0000000  " if code == "04" else ""
    return f"{(head + middle).ljust(90)}{amount}".ljust(120)


def _complement(kind: str, text: str, day: dt.date) -> str:
    head = "05300060018" + f"00001EUR2 12345678901  {day:%d%m%y}"
    return f"{head.ljust(45)}{kind}{text[:70]}".ljust(120)


def _mt940(payment: Payment, day: dt.date) -> str:
    text = f"VIR SEPA DE {payment.payer} MOTIF {payment.label}"
    lines = [text[place : place + _LINE] for place in range(0, len(text), _LINE)][:_FIELDS_MAX]
    return "\n".join(
        (
            f":20:REL{payment.serial}",
            f":25:{ACCOUNT}",
            f":28C:{payment.serial}/1",
            f":60F:C{day:%y%m%d}EUR10000,00",
            f":61:{day:%y%m%d}{day:%m%d}C{_comma(payment.cents)}NTRFNONREF//M{payment.serial}",
            f":86:{chr(10).join(lines)}",
            f":62F:C{day:%y%m%d}EUR{_comma(10_000_00 + payment.cents)}",
            "-",
        )
    )


def _comma(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"
