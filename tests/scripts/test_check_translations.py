"""The check that Indonesian is complete."""

from babel.messages.catalog import Catalog

from scripts.check_translations import PLURAL, find_faults, update


def _catalogue(*texts: tuple[str | tuple[str, str], str], locale: str | None = None) -> Catalog:
    catalogue = Catalog(locale=locale, fuzzy=False)
    if locale:
        catalogue.mime_headers = [("Plural-Forms", PLURAL)]
    for english, indonesian in texts:
        catalogue.add(english, indonesian if isinstance(english, str) else (indonesian,))
    return catalogue


ENGLISH = _catalogue(("Save", ""), ("%(name)s is full.", ""), (("%(num)d day", "%(num)d days"), ""))
WHOLE = (
    ("Save", "Simpan"),
    ("%(name)s is full.", "%(name)s sudah penuh."),
    (("%(num)d day", "%(num)d days"), "%(num)d hari"),
)


def test_a_whole_catalogue_has_no_faults() -> None:
    assert find_faults(ENGLISH, _catalogue(*WHOLE, locale="id")) == []


def test_missing_empty_needless_and_garbled_texts_are_found() -> None:
    indonesian = _catalogue(
        ("Save", ""),
        ("%(name)s is full.", "%(nama)s sudah penuh."),
        ("Open", "Buka"),
        locale="id",
    )

    assert find_faults(ENGLISH, indonesian) == [
        "empty: 'Save'",
        "no Indonesian: '%(num)d days'",
        "no longer used: 'Open'",
        "other placeholders: '%(name)s is full.'",
    ]


def test_guessed_texts_and_a_second_plural_are_found() -> None:
    indonesian = _catalogue(*WHOLE, locale="id")
    indonesian.add("Save", "Selamatkan", flags=["fuzzy"])
    indonesian.mime_headers = [("Plural-Forms", "nplurals=2; plural=(n != 1);")]

    assert find_faults(ENGLISH, indonesian) == [
        f"Indonesian has one plural form: {PLURAL}",
        "fuzzy: 'Save'",
    ]


def test_updating_keeps_what_is_known_and_drops_what_is_not_used() -> None:
    indonesian = _catalogue(("Save", "Simpan"), ("Open", "Buka"), locale="id")

    updated = update(ENGLISH, indonesian)

    assert find_faults(ENGLISH, updated) == ["empty: '%(name)s is full.'", "empty: '%(num)d days'"]
    known = updated.get("Save")
    assert known is not None
    assert known.string == "Simpan"
    assert updated.num_plurals == 1
