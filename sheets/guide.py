"""The guide on the home page: the colours, the gestures, and what happens when something fails."""

from __future__ import annotations

from typing import Final

COLOURS: Final = (
    ("Blanc", "à vous"),
    ("Gris", "rempli par le système"),
    ("Jaune", "il manque quelque chose, ou c'est en attente"),
    ("Rouge", "à corriger : lisez le message à côté"),
    ("Vert", "pris en compte"),
)

GESTURES: Final = (
    (
        "Ajouter un client",
        "Clients, puis Conditions (le contrat naît de la première ligne), puis Expéditeurs.",
    ),
    (
        "Ouvrir une ligne",
        "Débiteurs si l'acheteur est nouveau, puis Garanties : Accord, montant, date d'effet.",
    ),
    (
        "Imputer un encaissement",
        "Encaissements : lisez le gris, tapez les factures, choisissez Imputer.",
    ),
    (
        "Compléter une facture",
        "Factures à compléter : corrigez en blanc ce qui est faux, choisissez Accepter.",
    ),
    (
        "Noter un litige",
        "Litiges et promesses : facture, type, date ; le message dit ce qui est retenu.",
    ),
    (
        "Passer une opération",
        "Opérations : choisissez le type, le message dit ce qu'il manque ; une ligne, une fois.",
    ),
    (
        "Libérer un virement",
        "Virements à faire : comparez bénéficiaire, IBAN et montant, choisissez Libérer, signez.",
    ),
    (
        "Reprendre un portefeuille",
        "Reprise (onglet masqué) : Dossier et date, les lignes et totaux de l'ancien système.",
    ),
    ("Corriger", "Retapez la cellule rouge : la ligne est relue au prochain passage."),
    ("Annuler", "On n'efface rien : une nouvelle ligne, ou Annuler dans Décision."),
    ("Onglets masqués", "Affichage, Feuilles masquées."),
    (
        "Tout s'arrête ?",
        "L'état ci-dessus le dit ; la dernière lecture sans erreur reste en vigueur.",
    ),
)
