"""The notice of assignment in the words that sellers, factors and public buyers use."""

from __future__ import annotations

import time
import unicodedata

import pytest

from bordereau.domain.clause import has_clause, names_account

NOTICES = (
    (
        "Pour être libératoire, votre règlement doit être effectué directement à l'ordre de "
        "FACTOR SA, subrogé dans nos droits par voie d'affacturage."
    ),
    (
        "Le règlement de cette facture doit être adressé à la société Bordereau Affacturage, qui "
        "le reçoit par subrogation dans le cadre d'un contrat d'affacturage."
    ),
    "Nous vous prions d'effectuer vos paiements à notre société d'affacturage.",
    "REGLEMENT A EFFECTUER EXCLUSIVEMENT A L'ORDRE DE NOTRE FACTOR",
    "Facture cédée à BPCE Factor. Seul un paiement entre ses mains est libératoire.",
    (
        "La créance relative à la présente facture a été cédée dans le cadre des articles "
        "L. 313-23 à L. 313-35 du code monétaire et financier. Le règlement doit être effectué "
        "au compte "
        "FR76 3000 6000 0112 3456 7890 189."
    ),
    "Cession de créance professionnelle (loi Dailly) : paiement à effectuer au cessionnaire.",
    "Créance transférée en pleine propriété à CGA ; virement à son compte.",
    "Paiement contre quittance subrogative à Eurofactor.",
    "Pour vous libérer valablement, payez entre les mains de Factofrance.",
    "N'est libératoire que le paiement fait à CALF.",
    "This invoice has been assigned to X Factoring Ltd. Payment must be made to them only.",
    "The receivable under this invoice was sold and assigned; please remit to the account below.",
    "Nous cédons la présente facture à notre affactureur, seul habilité à recevoir le paiement.",
    "Chorus Pro : cession de créance notifiée au comptable assignataire, paiement au cessionnaire.",
)


@pytest.mark.parametrize("text", NOTICES)
def test_a_notice_is_found(text: str) -> None:
    """Subrogation, assignment under the law Dailly, transfer, in French or English."""
    assert has_clause([text])


@pytest.mark.parametrize("text", NOTICES)
@pytest.mark.parametrize("form", ["NFD", "upper", "bare", "quotes", "lines"])
def test_spelling_does_not_matter(text: str, form: str) -> None:
    """Accents apart or left out, capitals, typographic apostrophes, broken lines."""
    bare = "".join(s for s in unicodedata.normalize("NFD", text) if not unicodedata.combining(s))
    written = {
        "NFD": unicodedata.normalize("NFD", text),
        "upper": text.upper(),
        "bare": bare,
        "quotes": text.replace("'", "\u2019"),
        "lines": text.replace(" ", "\n", 3),
    }
    assert has_clause([written[form]])


def test_words_cut_at_the_end_of_a_line_are_joined() -> None:
    """Page text hyphenates."""
    assert has_clause(["Règlement à notre factor par subro-\ngation conventionnelle"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Règlement par virement à 30 jours.",
        "Aucun escompte accordé pour paiement anticipé.",
        "En cas de retard de paiement, indemnité forfaitaire de 40 euros.",
        "Notre société n'a pas recours à l'affacturage ; paiement à notre compte.",
        "Cette créance n'est pas cédée. Règlement à notre ordre.",
        "This invoice is not assigned. Please pay to our account.",
        "Réserve de propriété jusqu'au paiement intégral du prix.",
        "Facteur de conversion 1,2 ; paiement à réception.",
        "Concession de licence, paiement annuel.",
    ],
)
def test_other_sentences_are_no_notice(text: str) -> None:
    """Terms of payment, a denial, a likeness."""
    assert not has_clause([text])


def test_the_notice_may_stand_in_several_notes() -> None:
    """What was assigned in one note, where to pay in another."""
    assert has_clause(["Créance cédée à X.", "Paiement sur le compte du cessionnaire."])


def test_an_account_is_found_however_it_is_spaced() -> None:
    """Groups of four, points or nothing between; another account is another."""
    iban = "FR7630006000011234567890189"
    assert names_account(["IBAN : FR76.3000.6000.0112.3456.7890.189"], [iban])
    assert not names_account(["IBAN : FR76 3000 6000 0112 3456 7890 188"], [iban])
    assert not names_account([iban], [""])


@pytest.mark.parametrize(
    "bit", ["a", "a ", "pas ", "x-\n", "-\n\n", "créance ", "cession de ", "l."]
)
def test_no_text_takes_long(bit: str) -> None:
    """Patterns are linear: sixty thousand signs of anything are searched in a moment."""
    text = ("subrog " + bit * 60_000)[:60_000]
    started = time.process_time()
    has_clause([text])
    assert time.process_time() - started < 1
