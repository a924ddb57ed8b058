"""One statement as many banks send it: envelopes, archives, pages, national signs."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from bordereau.domain.claims import Verdict
from bordereau.readers.bank import read_bank
from tests.unit.readers.documents import BUYER
from tests.unit.readers.test_bank import CFONB, MT940, cfonb_record, spoilt, statement


@pytest.mark.parametrize("version", [f"{number:02d}" for number in range(2, 14)])
@pytest.mark.parametrize("message", ["camt.053", "camt.054"])
def test_every_version_of_both_messages_is_read(message: str, version: str) -> None:
    """Before version 8 a party's name stands without ``Pty`` around it."""
    text = statement().decode().replace("camt.053.001.08", f"{message}.001.{version}")
    if int(version) < 8:
        text = re.sub("</?Pty>", "", text)
    claim = read_bank("releve.xml", text.encode())
    assert claim.verdict is Verdict.ACCEPT
    assert claim.statements[0].entries[0].counterparty == BUYER.name


@pytest.mark.parametrize(
    "space",
    [
        "urn:swift:xsd:$camt.053.001.02",
        "http://www.six-interbank-clearing.com/de/camt.053.001.04.ch.02.xsd",
        "ISO:camt.053.001.08:APC:STUZZA:payments:001",
    ],
)
def test_the_namespaces_of_networks_and_countries_are_known(space: str) -> None:
    """They wrap the message's own name."""
    text = re.sub(r'xmlns="[^"]+"', f'xmlns="{space}"', statement().decode(), count=1)
    text = re.sub("</?Pty>", "", text) if "08" not in space else text
    assert read_bank("releve.xml", text.encode()).verdict is Verdict.ACCEPT


def test_a_statement_in_an_envelope_is_read() -> None:
    """A business header stands beside it."""
    inner = statement().decode().partition("?>")[2]
    wrapped = f'<Envelope xmlns="urn:x"><AppHdr><Fr>BQ</Fr></AppHdr>{inner}</Envelope>'
    claim = read_bank("releve.xml", wrapped.encode())
    assert (claim.verdict, len(claim.statements)) == (Verdict.ACCEPT, 1)


def archive(*members: tuple[str, bytes]) -> bytes:
    """Return a zip of bank files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in members:
            target.writestr(name, data)
    return out.getvalue()


def test_the_archive_of_an_order_is_read_whole_or_refused_by_the_name_of_its_bad_file() -> None:
    """EBICS delivers one file for each account, in one zip."""
    cfonb = "\n".join(CFONB).encode()
    claim = read_bank("C53.zip", archive(("a.xml", statement()), ("b.txt", cfonb)))
    assert (claim.verdict, len(claim.statements)) == (Verdict.ACCEPT, 2)
    claim = read_bank("C53.zip", archive(("a.xml", statement()), ("b.txt", b"rien")))
    assert claim.verdict is Verdict.REJECT
    assert [(problem.code, problem.where) for problem in claim.problems] == [
        ("bank-format-unknown", "b.txt")
    ]


@pytest.mark.parametrize("change", [(">OPBD<", ">ITBD<"), (">CLBD<", ">ITBD<")])
def test_a_day_over_several_messages_opens_or_closes_with_an_interim_balance(
    change: tuple[str, str],
) -> None:
    """Each page proves itself."""
    claim = read_bank("releve.xml", spoilt(*change))
    assert (claim.verdict, claim.statements[0].balanced) == (Verdict.ACCEPT, True)


def test_a_single_interim_balance_proves_nothing() -> None:
    """Without the other end nothing can be compared."""
    text = spoilt(">OPBD<", ">ITBD<").replace(b">CLBD<", b">CLAV<")
    assert [problem.code for problem in read_bank("releve.xml", text).problems] == [
        "bank-balance-missing"
    ]


def test_a_reversal_is_marked_in_either_way_of_writing_true() -> None:
    """``1`` is true in XML Schema."""
    claim = read_bank("releve.xml", spoilt("<Sts>", "<RvslInd>1</RvslInd><Sts>"))
    assert all(entry.is_return for entry in claim.statements[0].entries)


def test_the_numbers_of_invoices_that_a_payer_names_in_fields_of_their_own_are_kept() -> None:
    """Structured remittance: referred documents and additional words."""
    fields = (
        "<RmtInf><Strd><RfrdDocInf><Nb>FA-1</Nb></RfrdDocInf></Strd>"
        "<Strd><RfrdDocInf><Nb>FA-2</Nb></RfrdDocInf><AddtlRmtInf>moins AV-3</AddtlRmtInf></Strd>"
    )
    claim = read_bank("releve.xml", spoilt("<RmtInf>", fields))
    detail = claim.statements[0].entries[0].details[0]
    assert detail.structured_reference == "FA-1 FA-2 moins AV-3"


def test_the_signs_of_a_zero_in_the_french_national_set_are_read() -> None:
    """« é » and « è » stand where the table has braces; an internal code may hold letters."""
    text = "\n".join(CFONB).replace("{", "é").replace("}", "è")
    text = text.replace("04300010001", "0430001B1AV")
    for encoding in ("utf-8", "latin-1"):
        claim = read_bank("releve.txt", text.encode(encoding))
        assert claim.verdict is Verdict.ACCEPT
        assert claim.statements[0].closing == "11150.00"


@pytest.mark.parametrize(("decimals", "shown"), [("0", "120000"), ("3", "120.000")])
def test_the_number_of_decimals_stands_in_the_record(decimals: str, shown: str) -> None:
    """Currencies without cents, or with three decimals."""
    text = "\n".join(CFONB).replace("EUR2", f"JPY{decimals}")
    (found,) = read_bank("releve.txt", text.encode()).statements
    assert (found.entries[0].amount, found.currency, found.balanced) == (shown, "JPY", True)


def test_an_overdrawn_account_has_negative_balances() -> None:
    """The last sign of a balance says that we owe."""
    lines = (
        cfonb_record("01", "0000000010000}"),
        cfonb_record("04", "0000000002050A", text="VIR"),
        cfonb_record("07", "0000000007949R"),
    )
    (found,) = read_bank("releve.txt", "\n".join(lines).encode()).statements
    assert (found.opening, found.closing, found.balanced) == ("-1000.00", "-794.99", True)


def test_pages_of_one_message_are_one_statement() -> None:
    """``:60M:`` repeats what ``:62M:`` carried over; a line of text may begin with a minus."""
    first, rest = MT940.split(":61:270230")
    paged = (
        f"{first}- SUITE DU LIBELLE\n:62M:C270131EUR2200,5\n:60M:C270131EUR2200,5\n:61:270230{rest}"
    )
    claim = read_bank("releve.sta", paged.encode())
    (found,) = claim.statements
    assert (claim.verdict, found.opening, found.closing) == (Verdict.ACCEPT, "1000", "1900")
    assert [entry.reference for entry in found.entries] == [
        entry.reference for entry in read_bank("r", MT940.encode()).statements[0].entries
    ]


IBAN = "NL91ABNA0417164300"
SMALL = f":20:A\n:25:{IBAN}\n:60F:C260114EUR10,\n:61:260115C2,5NTRFX\n:62F:C260115EUR12,5\n"


@pytest.mark.parametrize("account", [f"{IBAN} EUR", f"{IBAN}EUR", f"ABNANL2A/{IBAN}"])
def test_the_iban_is_found_beside_a_currency_or_the_code_of_the_bank(account: str) -> None:
    """German and Dutch banks write more than the account into field 25."""
    (found,) = read_bank("r.sta", SMALL.replace(IBAN, account).encode()).statements
    assert (found.account, found.iban, found.balanced) == (account, IBAN, True)


@pytest.mark.parametrize(
    ("text", "shown", "reference"),
    [
        ("/EREF/E2E-7//CNTP/NL/BIC/NOM///REMI/USTD//FA-1/", None, "E2E-7"),
        ("/TRTP/SEPA/NAME/ACME/REMI/FA-1/EREF/E2E/7", None, "E2E/7"),
        ("FA-1\n:86:ET FA-2", "FA-1 ET FA-2", ""),
    ],
)
def test_the_information_of_dutch_banks_is_read_whole(
    text: str, shown: str | None, reference: str
) -> None:
    """Their keywords end a reference; a second field 86 continues the first."""
    lines = SMALL.replace(":62F:", f":86:{text}\n:62F:")
    (entry,) = read_bank("r.sta", lines.encode()).statements[0].entries
    assert (entry.text, entry.end_to_end_id) == (shown or text, reference)


@pytest.mark.parametrize("change", ["\r", "\r\n"])
def test_lines_end_as_they_like(change: str) -> None:
    """Old programs end a line with a return alone."""
    claim = read_bank("r.sta", SMALL.replace("\n", change).encode())
    assert (claim.verdict, len(claim.statements[0].entries)) == (Verdict.ACCEPT, 1)


def test_blanks_beyond_the_width_of_a_record_are_nothing() -> None:
    """CFONB records that a program padded."""
    padded = "\n".join(f"{line}     " for line in CFONB)
    assert read_bank("r.txt", padded.encode()).verdict is Verdict.ACCEPT


def test_the_first_version_of_a_statement_is_read() -> None:
    """camt.053.001.01: codes of balances and transactions stand one level higher."""
    text = statement().decode().replace("camt.053.001.08", "camt.053.001.01")
    text = re.sub("</?(?:Pty|CdOrPrtry|NtryDtls)>", "", text)
    claim = read_bank("releve.xml", text.encode())
    assert claim.verdict is Verdict.ACCEPT
    assert claim.statements[0].entries[0].counterparty == BUYER.name
